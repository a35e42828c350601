// The view of checked journals: how far each chain goes, and what is wrong with it.
import type { Row, View } from '../output/view.ts';
import type { Json } from '../wire/json.ts';

export interface JournalFinding {
  /** Of the file, counted from 1. */
  readonly line: number;
  readonly kind: string;
  readonly text: string;
  readonly isFault: boolean;
}

export interface CheckedJournal {
  readonly profile: string;
  /** Whose journal it is; `null` for that of the profile itself. */
  readonly batch: string | null;
  readonly file: string;
  /** Of the file. */
  readonly lines: number;
  /** The number and the hash of the last line of the chain. */
  readonly chain: number;
  readonly head: string;
  readonly findings: readonly JournalFinding[];
}

export const isIntact = ({ findings }: CheckedJournal): boolean => findings.every(({ isFault }) => !isFault);

export function journalCheckRow(checked: CheckedJournal): Row<CheckedJournal, Json> {
  const { profile, batch, file, lines, chain, head, findings } = checked;
  return {
    record: checked,
    document: {
      profile,
      batch,
      file,
      intact: isIntact(checked),
      lines,
      chain,
      head,
      findings: findings.map(({ line, kind, text, isFault }) => ({ line, kind, what: text, fault: isFault })),
    },
  };
}

export const journalCheckView: View<CheckedJournal> = {
  columns: [
    { name: 'profile', header: 'profile', yields: 0, text: ({ profile }) => profile },
    { name: 'batch', header: 'batch', yields: 0, text: ({ batch }) => batch ?? '' },
    {
      name: 'intact',
      header: 'intact',
      yields: 0,
      text: (checked) => String(isIntact(checked)),
      show: (checked) =>
        isIntact(checked) ? { text: 'yes', meaning: 'good' } : { text: 'no', meaning: 'bad' },
    },
    { name: 'lines', header: 'lines', align: 'right', yields: 0, text: ({ lines }) => String(lines) },
    { name: 'chain', header: 'chain', align: 'right', yields: 2, text: ({ chain }) => String(chain) },
    { name: 'head', header: 'head', yields: 1, text: ({ head }) => head },
    {
      name: 'findings',
      header: 'findings',
      align: 'right',
      yields: 3,
      text: ({ findings }) => String(findings.length),
    },
    { name: 'file', header: 'file', yields: 4, text: ({ file }) => file },
  ],
  usual: ['profile', 'batch', 'intact', 'lines', 'head', 'findings', 'file'],
  fields: ['profile', 'batch', 'file', 'intact', 'lines', 'chain', 'head', 'findings'],
  none: 'no journal',
};
