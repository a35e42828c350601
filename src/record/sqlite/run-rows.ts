// How a run of a batch stands, as a row of the table `runs`, and back.
import { integer, integerOrNull, type Row, text, textOrNull, type Value } from '../../database/driver.ts';
import type { FactAuthor, FactRunner } from '../facts.ts';
import type { BatchRunRow } from '../known-write.ts';
import type { RunStanding } from '../standing.ts';
import { parsed, required, runnerText } from './standing-rows.ts';

const runColumns = [
  'batch',
  'run',
  'begun',
  'api_key',
  'plan',
  'rows',
  'is_undo',
  'who',
  'author',
  'runner',
  'begun_at',
  'lease_until',
  'ended_at',
  'counts',
  'approved_by',
] as const;

export const insertRun = `INSERT INTO runs (account, ${runColumns.join(', ')})
  VALUES (?${', ?'.repeat(runColumns.length)})`;

export const runValues = (run: RunStanding): readonly Value[] => [
  run.batch,
  run.run,
  run.begun,
  run.apiKey,
  run.plan,
  run.rows,
  Number(run.isUndo),
  run.who,
  JSON.stringify(run.author),
  runnerText(run.runner),
  run.begunAt,
  run.leaseUntil,
  run.endedAt,
  countsText(run.counts),
  JSON.stringify(run.approvedBy),
];

export const countsText = (counts: BatchRunRow['counts']): string | null =>
  counts === null ? null : JSON.stringify(counts);

export const runOf = (row: Row): RunStanding => ({
  batch: text(row, 'batch'),
  run: integer(row, 'run'),
  begun: integer(row, 'begun'),
  apiKey: textOrNull(row, 'api_key'),
  plan: text(row, 'plan'),
  rows: integer(row, 'rows'),
  isUndo: integer(row, 'is_undo') === 1,
  who: text(row, 'who'),
  author: required<FactAuthor>(row, 'author'),
  runner: required<FactRunner>(row, 'runner'),
  begunAt: integer(row, 'begun_at'),
  leaseUntil: integer(row, 'lease_until'),
  endedAt: integerOrNull(row, 'ended_at'),
  counts: parsed(row, 'counts'),
  approvedBy: required<readonly string[]>(row, 'approved_by'),
});
