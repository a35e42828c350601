// `reconcile <file>`: compares expected grants with the ledgers, and with `--out` makes the plan that repairs the differences.
import { fieldNames, openBatchFile } from '../../batch/input/batch-file.ts';
import { problemReport } from '../../batch/input/problem-report.ts';
import { newBatchNameProblem } from '../../batch/input/row-key.ts';
import { keptFrom, outputProblems } from '../../batch/plan/output-places.ts';
import { counted } from '../../credits/exact.ts';
import { CreditctlError, missingValue, type Problem, usageError } from '../../errors.ts';
import {
  checkOutput,
  type Invocation,
  type ReadCommand,
  type SwitchFlags,
  show,
  type TextFlags,
} from '../../runtime/show.ts';
import { rangeProblems } from '../reading.ts';
import { foundCustomers } from './expected-customers.ts';
import { type ExpectedCustomer, type FileRow, readExpected } from './expected-rows.ts';
import { KeptRows } from './kept-rows.ts';
import { eachFinding, findingRow } from './ledger-findings.ts';
import { planRepair, RepairRows } from './plan-repair.ts';
import { reconciliationView } from './view.ts';

export type ReconcileFlags = SwitchFlags<'force'> &
  TextFlags<'reference' | 'since' | 'until' | 'format' | 'delimiter' | 'out' | 'batchId' | 'problems'>;

/**
 * Throws a `usage` error with every problem before the first request. After the findings, throws a `not-found` error if
 * the file names customers that do not exist, and else a `check-failed` error if there are findings.
 */
export const run: ReadCommand<ReconcileFlags> = async (args, flags, runtime) => {
  const choice = checkOutput(flags, reconciliationView);
  const [name] = args;
  const problems = await flagProblems(name, { flags, runtime });
  if (name === undefined || problems.length > 0) throw usageError(problems);
  const { reference: referenceKey = 'reference' } = flags;
  const file = await openBatchFile({ name, ...flags }, runtime);
  const report = problemReport(flags, runtime, 'nothing was compared');
  const kept = new KeptRows<FileRow>(runtime);
  try {
    const expected = await readExpected(file, { referenceKey, report, kept, runtime }).finally(() => {
      report.close();
      file.close();
    });
    const nameOf = fieldNames(file);
    await compare({ nameOf, expected, kept, referenceKey, choice, flags, runtime });
  } finally {
    kept.remove();
  }
};

async function flagProblems(
  name: string | undefined,
  { flags, runtime }: Invocation<ReconcileFlags>,
): Promise<readonly Problem[]> {
  const { reference, since, until, out, problems, batchId, force } = flags;
  const outputs = Object.entries({ '--out': out, '--problems': problems }).flatMap(([where, file]) =>
    file === undefined ? [] : [{ where, file }],
  );
  const batchProblem = batchId === undefined ? undefined : newBatchNameProblem(batchId);
  return [
    ...(name === undefined ? [missingValue('<file>', 'a CSV or NDJSON file, or - for stdin')] : []),
    ...(reference !== undefined && (reference.trim() === '' || reference.includes('='))
      ? [{ where: '--reference', problem: `must be a key of the metadata, without "=": "${reference}"` }]
      : []),
    ...(batchProblem === undefined ? [] : [{ where: '--batch-id', problem: batchProblem }]),
    ...(batchId !== undefined && out === undefined
      ? [{ where: '--batch-id', problem: 'is for the plan: add --out' }]
      : []),
    ...rangeProblems({ draft: { since, until } }, runtime.now()),
    ...outputProblems(outputs, {
      mayReplace: force === true,
      kept: () => keptFrom(name ?? '-', flags, runtime),
    }),
  ];
}

interface Comparing extends Invocation<ReconcileFlags> {
  readonly nameOf: ReturnType<typeof fieldNames>;
  readonly expected: readonly ExpectedCustomer[];
  readonly kept: KeptRows<FileRow>;
  readonly referenceKey: string;
  readonly choice: ReturnType<typeof checkOutput>;
}

async function compare({
  nameOf,
  expected,
  kept,
  referenceKey,
  choice,
  flags,
  runtime,
}: Comparing): Promise<void> {
  const connection = await runtime.connect(flags);
  const customers = await foundCustomers(expected, { connection, kept });
  const repair = flags.out === undefined ? undefined : new RepairRows(nameOf, runtime);
  const counts = { findings: 0, guesses: 0, repairable: 0 };
  const rows = async function* () {
    const guessed = (more: number): void => {
      counts.guesses += more;
    };
    const comparing = { kept, referenceKey, connection, flags, runtime, guessed };
    for await (const found of eachFinding(customers, comparing)) {
      const { finding } = found.finding;
      counts.findings += 1;
      // No plan repairs findings of these two kinds.
      if (finding !== 'unexpected' && finding !== 'wrong_cost_basis') counts.repairable += 1;
      repair?.add(found);
      yield findingRow(found);
    }
  };
  try {
    await show(rows(), { view: reconciliationView, shape: 'list', choice, now: connection.now }, runtime);
    if (counts.guesses > 0)
      runtime.note({
        text: `${counted(counts.guesses, 'row')} matched by a guess, without a reference: check by hand`,
        data: { guesses: counts.guesses },
      });
    const [unknown] = customers.unknown;
    if (unknown !== undefined) throw customers.unknownError(flags.out);
    if (repair !== undefined) await planRepair(repair, { flags, runtime });
  } finally {
    repair?.remove();
  }
  if (counts.findings > 0)
    throw new CreditctlError(
      'check-failed',
      `${counted(counts.findings, 'difference')} between the file and the ledgers`,
      {
        next:
          flags.out === undefined && counts.repairable > 0
            ? ['Write a plan of the repair: add --out <plan>']
            : [],
      },
    );
}
