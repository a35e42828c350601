// The view of writes that are being settled: what is done about each, and what is known of it then.
import { rowOf, type Shown, type View } from '../output/view.ts';
import { instantColumn } from './column-kinds.ts';
import type { OutcomeName } from './history.ts';

/** `resend` under its key if its mark is not found, `look` for its mark alone, `ask` a person, `wait` for its process. */
export type Step = 'resend' | 'look' | 'ask' | 'wait';

export interface SettledWrite {
  readonly key: string;
  /** RFC 3339. */
  readonly at: string;
  /** Whose write it is. */
  readonly who: string;
  readonly what: string;
  readonly step: Step;
  /** What is known now. */
  readonly outcome: OutcomeName;
  readonly entry: string | null;
  /** What a person should know or do. */
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
    instantColumn({ name: 'at', header: 'when', yields: 2 }, ({ at }) => at),
    { name: 'what', shortens: true, text: ({ what }) => what },
    { name: 'who', yields: 3, text: ({ who }) => who },
    { name: 'step', yields: 3, text: ({ step }) => step },
    { name: 'outcome', text: ({ outcome }) => outcome, show: shownOutcome },
    { name: 'entry', yields: 1, text: ({ entry }) => entry ?? '' },
    { name: 'key', yields: 4, text: ({ key }) => key },
    { name: 'note', wraps: true, yields: 1, text: ({ note }) => note ?? '' },
  ],
  usual: ['at', 'who', 'what', 'step', 'outcome', 'entry', 'key', 'note'],
  fields: ['key', 'at', 'who', 'what', 'step', 'outcome', 'entry', 'note'],
  none: 'nothing to settle: the outcome of every write is known',
};
