// Shows writes that are being settled: the step taken for each, and the outcome as known afterwards.
import { rowOf, type Shown, type View } from '../output/view.ts';
import { instantColumn } from './column-kinds.ts';
import type { OutcomeName } from './history.ts';

/** `resend` with the same key if no entry has its mark, `look` only for the mark, `ask` a person, `wait` for its process. */
export type Step = 'resend' | 'look' | 'ask' | 'wait';

export interface SettledWrite {
  readonly key: string;
  /** RFC 3339. */
  readonly at: string;
  /** The person who made the write. */
  readonly who: string;
  readonly what: string;
  readonly step: Step;
  /** The outcome as known now. */
  readonly outcome: OutcomeName;
  readonly entry: string | null;
  /** What a person should know or do next. */
  readonly note: string | null;
}

export const settledRow = rowOf<SettledWrite>;

const isKnown = (outcome: OutcomeName): boolean => outcome !== 'unknown' && outcome !== 'noted';

const shownOutcome = ({ outcome }: SettledWrite): Shown => ({
  text: outcome,
  meaning: isKnown(outcome) ? 'good' : 'bad',
});

export const settlingView: View<SettledWrite> = {
  columns: [
    instantColumn({ name: 'at', header: 'when', hideRank: 2 }, ({ at }) => at),
    { name: 'what', shortens: true, text: ({ what }) => what },
    { name: 'who', hideRank: 3, text: ({ who }) => who },
    { name: 'step', hideRank: 3, text: ({ step }) => step },
    { name: 'outcome', text: ({ outcome }) => outcome, show: shownOutcome },
    { name: 'entry', hideRank: 1, text: ({ entry }) => entry ?? '' },
    { name: 'key', hideRank: 4, text: ({ key }) => key },
    { name: 'note', wraps: true, hideRank: 1, text: ({ note }) => note ?? '' },
  ],
  usual: ['at', 'who', 'what', 'step', 'outcome', 'entry', 'key', 'note'],
  fields: ['key', 'at', 'who', 'what', 'step', 'outcome', 'entry', 'note'],
  none: 'nothing to settle: the outcome of every write is known',
};
