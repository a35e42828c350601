// The view of the version, for a bug report or a script that checks it.
import type { View } from '../../output/view.ts';

export interface Versions {
  readonly version: string;
  /** Of Node, without a `v`. */
  readonly node: string;
  /** System and processor, such as `linux-x64`. */
  readonly platform: string;
}

export const versionView: View<Versions> = {
  columns: [
    { name: 'version', text: ({ version }) => version },
    { name: 'node', text: ({ node }) => node },
    { name: 'platform', text: ({ platform }) => platform },
  ],
  usual: ['version', 'node', 'platform'],
  fields: ['version', 'node', 'platform'],
  none: 'no version',
};
