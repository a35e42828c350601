// Defines the view of the version, for a bug report or a script that checks it.
import { viewOf } from '../../output/view.ts';

export interface Versions {
  readonly version: string;
  /** Version of Node, without a `v`. */
  readonly node: string;
  /** System and processor, such as `linux-x64`. */
  readonly platform: string;
}

export const versionView = viewOf<Versions>({
  columns: [
    { name: 'version', text: ({ version }) => version },
    { name: 'node', text: ({ node }) => node },
    { name: 'platform', text: ({ platform }) => platform },
  ],
  none: 'no version',
});
