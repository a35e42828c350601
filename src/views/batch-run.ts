// Shows how a batch run ended: the outcomes of its rows, the credits that they moved, and why some failed.

import { type Column, plainColumn, type Row, type View } from '../output/view.ts';
import { type MovedCredits, movedDocument, movedText } from '../requests/moved-credits.ts';

export interface BatchRunSummary {
  readonly batch: string;
  readonly plan: string;
  readonly sha256: string;
  readonly rows: number;
  /** Rows in the ledger; `already` of them were there before this run. */
  readonly succeeded: number;
  readonly already: number;
  readonly failed: number;
  readonly unknown: number;
  readonly unprocessed: number;
  readonly credits: readonly MovedCredits[];
  /** The part of `credits` that this run moved. */
  readonly credits_now: readonly MovedCredits[];
  readonly reasons: readonly { readonly reason: string; readonly rows: number }[];
  /** The paths of the result files, by outcome. */
  readonly results: Readonly<Partial<Record<string, string>>>;
  readonly seconds: number;
  readonly rows_per_second: number;
  /** The number of attempts that were retries. */
  readonly retries: number;
}

export function batchRunRow(run: BatchRunSummary): Row<BatchRunSummary> {
  const credits = run.credits.map(movedDocument);
  const credits_now = run.credits_now.map(movedDocument);
  const reasons = run.reasons.map((reason) => ({ ...reason }));
  const document = { ...run, credits, credits_now, reasons, results: { ...run.results } };
  return { record: run, document };
}

const plain = plainColumn<BatchRunSummary>;

const count = (
  name: keyof BatchRunSummary,
  meaning: 'good' | 'bad' | 'warning',
): Column<BatchRunSummary> => ({
  ...plain(name),
  align: 'right',
  show: (run) => (run[name] === 0 ? { text: '0', meaning: 'muted' } : { text: String(run[name]), meaning }),
});

export const batchRunView: View<BatchRunSummary> = {
  columns: [
    plain('batch'),
    plain('plan'),
    plain('sha256'),
    plain('rows'),
    count('succeeded', 'good'),
    { ...plain('already'), header: 'already there' },
    count('failed', 'bad'),
    count('unknown', 'bad'),
    count('unprocessed', 'warning'),
    { name: 'credits', text: ({ credits }) => movedText(credits) },
    {
      name: 'credits_now',
      header: 'credits of this run',
      text: ({ credits_now: now }) => (now.length === 0 ? 'none' : movedText(now)),
    },
    { name: 'results', header: 'files', text: ({ results }) => Object.values(results).join('; ') },
    plain('seconds'),
    { ...plain('rows_per_second'), header: 'rows a second' },
    plain('retries'),
  ],
  usual: [
    ...[
      'batch',
      'rows',
      'succeeded',
      'already',
      'failed',
      'unknown',
      'unprocessed',
      'credits',
      'credits_now',
      'results',
    ],
    ...['seconds', 'rows_per_second'],
  ],
  fields: [
    ...['batch', 'plan', 'sha256', 'rows', 'succeeded', 'already', 'failed', 'unknown', 'unprocessed'],
    ...['credits', 'credits_now', 'reasons', 'results', 'seconds', 'rows_per_second', 'retries'],
  ],
  none: 'no rows',
};
