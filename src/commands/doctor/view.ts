// Defines the view of `doctor`: what each check found. The word gives the status, and the colour only repeats the word.
import { type Meaning, rowOf, viewOf } from '../../output/view.ts';

export interface CheckFinding {
  readonly check: string;
  readonly status: 'ok' | 'warning' | 'failed';
  readonly found: string;
  readonly remedy: readonly string[];
}

export const findingRow = rowOf<CheckFinding>;

const meanings: Readonly<Record<CheckFinding['status'], Meaning>> = {
  ok: 'good',
  warning: 'warning',
  failed: 'bad',
};

export const findingsView = viewOf<CheckFinding>({
  columns: [
    { name: 'check', text: ({ check }) => check },
    {
      name: 'status',
      text: ({ status }) => status,
      show: ({ status }) => ({ text: status, meaning: meanings[status] }),
    },
    { name: 'found', wraps: true, text: ({ found }) => found },
    { name: 'remedy', hideRank: 2, wraps: true, text: ({ remedy }) => remedy.join('; ') },
  ],
  usual: ['check', 'status', 'found'],
  none: 'nothing was checked',
});
