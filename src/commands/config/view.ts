// Defines the view of the profiles: each connection, and which profile is in use.
import { rowOf, viewOf } from '../../output/view.ts';

export interface ProfileLine {
  readonly name: string;
  readonly kind: 'orb' | 'sandbox';
  readonly mode: 'live' | 'test' | 'sandbox';
  /** The host, or the file of the embedded ledger. */
  readonly target: string;
  readonly current: boolean;
}

/** Profiles are creditctl's own, so the document is the record. */
export const profileRow = rowOf<ProfileLine>;

export const profilesView = viewOf<ProfileLine>({
  columns: [
    {
      name: 'current',
      hideRank: 1,
      text: ({ current }) => String(current),
      show: ({ current }) => (current ? { text: '*', meaning: 'good' } : { text: '' }),
    },
    { name: 'name', text: ({ name }) => name },
    { name: 'kind', hideRank: 3, text: ({ kind }) => kind },
    {
      name: 'mode',
      text: ({ mode }) => mode,
      show: ({ mode }) => (mode === 'live' ? { text: mode, meaning: 'warning' } : { text: mode }),
    },
    { name: 'target', hideRank: 2, text: ({ target }) => target },
  ],
  fields: ['name', 'kind', 'mode', 'target', 'current'],
  none: 'no profiles',
});
