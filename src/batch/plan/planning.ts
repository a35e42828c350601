// Plans a batch: reads every row, reports every problem, looks up the customers and writes the plan.

import { counted, countedIs } from '../../credits/exact.ts';
import { missingValue, type Problem, usageError, usageErrorAt } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { cachedResolver, dateResolver, type ResolveDate } from '../../requests/draft-reader.ts';
import { entryBody } from '../../requests/entry-request.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { targetName } from '../../writes/consent.ts';
import {
  type BatchFile,
  batchRows,
  type CsvHeader,
  fieldNames,
  noteReadAs,
  openBatchFile,
  placeName,
  type RowPlace,
} from '../input/batch-file.ts';
import { Occurrences } from '../input/occurrences.ts';
import { type ProblemReport, problemReport } from '../input/problem-report.ts';
import {
  BatchDigest,
  type BatchIdentity,
  batchIdentity,
  newBatchNameProblem,
  rowDigest,
} from '../input/row-key.ts';
import { secretProblem } from '../input/row-secret.ts';
import { type TextForm, textForm } from '../input/text-form.ts';
import { CustomerNeeds, lookUp } from './customers.ts';
import { type FileFlags, keptFrom, type Output, outputProblems } from './output-places.ts';
import { type Drafting, type MadePlan, PlanDrafting } from './plan-drafting.ts';
import { accountBehind } from './planned-account.ts';

export interface PlanFlags extends FileFlags {
  /** File for the plan. */
  readonly out?: string;
  readonly format?: string;
  /** Delimiter of a CSV file. */
  readonly delimiter?: string;
  readonly batchId?: string;
  /** File for every problem of every row. */
  readonly problems?: string;
  /** Allows replacing an existing plan or file of problems. */
  readonly force?: boolean;
  /** The flag that names the plan. Default: `--out`. */
  readonly outFlag?: string;
  /** Other files that the command writes. */
  readonly outputs?: readonly Output[];
}

/** The file to plan: its name, or generated rows. */
export type PlanInput = string | BatchFile | undefined;

export interface JudgedPlan extends MadePlan {
  readonly policy: Drafting['policy'];
  /** Whether a run of the batch may have written rows, which are not written again. */
  readonly wasRun: boolean;
}

/** Plans a file. Throws a `usage` error with every problem of every row, and writes no plan then. */
export async function planBatch(input: PlanInput, flags: PlanFlags, runtime: Runtime): Promise<JudgedPlan> {
  const { name, out } = checkWords(typeof input === 'object' ? input.name : input, flags, runtime);
  const file = typeof input === 'object' ? input : await openBatchFile({ name, ...flags }, runtime);
  const report = problemReport(flags, runtime);
  try {
    const survey = await firstReading(file, { report, batchName: flags.batchId, runtime });
    report.check();
    const connection = await runtime.connect(flags);
    const { target } = connection;
    runtime.note({ text: targetName(target), data: { connection: { ...target } } });
    const { policy, record } = await runtime.policyToRead(connection, flags);
    const mayReplace = flags.force === true;
    const runs = (await record?.batchRuns({ batch: survey.batch.id })) ?? [];
    const wasRun = runs.some(({ counts }) => counts === null || counts.succeeded + counts.unknown > 0);
    const planning = { file, out, report, survey, connection, policy, mayReplace, wasRun, runtime };
    return { ...(await writePlan(planning)), policy, wasRun };
  } finally {
    report.close();
    file.close();
  }
}

function checkWords(name: string | undefined, flags: PlanFlags, runtime: Runtime) {
  const { out } = flags;
  const problems = planProblems(name, flags, runtime);
  if (name === undefined || out === undefined || problems.length > 0) throw usageError(problems);
  return { name, out };
}

/** The problems of a plan's flags and output files. @param name of the input */
export function planProblems(
  name: string | undefined,
  flags: PlanFlags,
  runtime: Runtime,
): readonly Problem[] {
  const { out, batchId, outFlag = '--out' } = flags;
  const idProblem = batchId === undefined ? undefined : newBatchNameProblem(batchId);
  // The plan contains the file name and batch id, and messages show the plan's name.
  const shown = Object.entries({ '<file>': name, [outFlag]: out, '--batch-id': batchId });
  return [
    ...(name === undefined ? [missingValue('<file>', 'a CSV or NDJSON file, or - for stdin')] : []),
    ...(out === undefined ? [missingValue(outFlag, 'name a file for the plan')] : []),
    ...(idProblem === undefined ? [] : [{ where: '--batch-id', problem: idProblem }]),
    ...outputProblems(outputsOf(flags), {
      mayReplace: flags.force === true,
      kept: () => keptFrom(name ?? '-', flags, runtime),
    }),
    ...shown
      .filter(([, word]) => runtime.secrets.isIn(word ?? ''))
      .map(([where]) => ({ where, problem: 'holds an API key' })),
  ];
}

const outputsOf = ({ out, outFlag = '--out', problems, outputs = [] }: PlanFlags): readonly Output[] => [
  ...(out === undefined ? [] : [{ where: outFlag, file: out }]),
  ...(problems === undefined ? [] : [{ where: '--problems', file: problems }]),
  ...outputs,
];

/** The result of the first reading of a file without problems. */
interface FirstReading {
  readonly batch: BatchIdentity;
  /** Digest of all rows, to detect a file that changes between two readings. */
  readonly content: string;
  readonly wanted: CustomerNeeds;
  readonly header: CsvHeader | null;
  readonly form: TextForm;
}

interface Surveying {
  readonly report: ProblemReport;
  readonly batchName: string | undefined;
  readonly runtime: Runtime;
}

/** The first reading: checks that need no customer. */
async function firstReading(
  file: BatchFile,
  { report, batchName, runtime }: Surveying,
): Promise<FirstReading> {
  const now = runtime.now();
  const form = { now, zone: undefined, nameOf: fieldNames(file), resolve: formResolver(now) };
  const wanted = new CustomerNeeds();
  const content = new BatchDigest();
  const first: { header: CsvHeader | null } = { header: null };
  let rows = 0;
  const readings = batchRows(file, (header) => {
    first.header = header;
    noteReadAs(header, runtime);
  });
  for await (const row of readings) {
    checkRunning(runtime);
    const { customer, draft } = row;
    if (row.row !== undefined) rows += 1;
    const reading = draft === undefined ? undefined : entryBody(draft, form);
    const bodyProblems = reading !== undefined && 'problems' in reading ? reading.problems : [];
    const secret = secretProblem(row.source, first.header?.cells ?? null, runtime.secrets);
    report.add(row, secret === undefined ? [...row.problems, ...bodyProblems] : [secret]);
    if (customer === undefined || draft === undefined) continue;
    wanted.add(customer, draft);
    content.add(rowDigest(customer, draft));
  }
  if (rows === 0 && report.isEmpty) throw usageErrorAt('<file>', `${file.name} has no rows`);
  const digest = content.end();
  const batch = batchIdentity(batchName, digest);
  return { batch, content: digest, wanted, header: first.header, form: await textForm(file) };
}

const formResolver = (now: number): ResolveDate => cachedResolver(dateResolver(now, 'UTC'));

interface Planning extends Pick<Drafting, 'file' | 'out' | 'policy' | 'mayReplace' | 'runtime'> {
  readonly report: ProblemReport;
  readonly survey: FirstReading;
  readonly connection: Connection;
  readonly wasRun: boolean;
}

/** The second reading: turns every row into a request, simulates it and adds it to the plan. */
async function writePlan(planning: Planning): Promise<MadePlan> {
  const { file, report, survey, connection, wasRun, runtime } = planning;
  const { known: customers, now } = await lookedUp(planning);
  const drafting = new PlanDrafting({
    ...planning,
    ...survey,
    account: accountBehind(connection),
    customers,
    now,
  });
  try {
    const occurrences = new Occurrences();
    const content = new BatchDigest();
    const nameOf = fieldNames(file);
    const repeated: Repeated = { rows: 0, first: undefined };
    for await (const row of batchRows(file)) {
      checkRunning(runtime);
      const { customer, draft } = row;
      if (customer === undefined || draft === undefined) throw changed(file);
      const digest = rowDigest(customer, draft);
      content.add(digest);
      const occurrence = occurrences.next(digest);
      if (occurrence > 1) {
        repeated.rows += 1;
        repeated.first ??= row;
      }
      const problems = drafting.add(row, { digest, occurrence, nameOf });
      report.add(row, problems);
    }
    if (content.end() !== survey.content) throw changed(file);
    report.end();
    drafting.checkAllowed();
    // Without a name, the earlier run was of these very rows.
    if (!wasRun || survey.batch.isNamed) noteRepeated(repeated, runtime);
    return drafting.end();
  } finally {
    drafting.close();
  }
}

/** Rows that equal an earlier row of the file. */
interface Repeated {
  rows: number;
  first: RowPlace | undefined;
}

/** Warns about equal rows: each is written, so this is the only place that shows an accidental copy. */
function noteRepeated({ rows, first }: Repeated, { note }: Runtime): void {
  if (first === undefined) return;
  const { row = null, line } = first;
  const text = `Warning: ${countedIs(rows, 'row')} equal to an earlier row, and will be written as well; the first is ${placeName(first)}`;
  note({ text, data: { warning: { repeated_rows: rows, row, line } } });
}

function lookedUp({ survey, connection, runtime }: Planning) {
  const { size } = survey.wanted.customers;
  if (size > 100) {
    const text = `Looking up ${counted(size, 'customer')} …`;
    runtime.note({ text, data: { looking_up: { customers: size } } });
  }
  return lookUp(survey.wanted, connection, runtime);
}

function checkRunning({ interruption }: Runtime): void {
  if (interruption.aborted) throw interruption.reason;
}

const changed = ({ name }: BatchFile) =>
  usageErrorAt('<file>', `${name} was changed while it was read; no plan was written`);
