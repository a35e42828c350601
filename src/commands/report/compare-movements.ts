// `report movements --compare <file>`: shows what changed in the periods that are over since the report was printed.
import { CreditctlError, type Problem, usageErrorAt } from '../../errors.ts';
import { checkOutput, type Invocation, show, type TextFlags } from '../../runtime/show.ts';
import { openLedgers } from '../every-ledger.ts';
import { differenceRow, differencesView } from './comparison-view.ts';
import { type EachLedgerFlags, eachLedger, type ReadLedger, throwFaults } from './each-ledger.ts';
import { EarlierMovements } from './earlier-movements.ts';
import { printedDocuments } from './printed-report.ts';
import { readAsOf, readSpan } from './span-flags.ts';

export type ReportMovementsFlags = EachLedgerFlags & TextFlags<'compare'>;

/**
 * The earlier report gives the days and the length of the periods, unless the flags do. Throws a `check-failed` error
 * after showing every difference if there is a difference.
 */
export async function compareMovements(
  args: readonly string[],
  { flags, runtime, problems }: Invocation<ReportMovementsFlags> & { readonly problems: readonly Problem[] },
): Promise<void> {
  const choice = checkOutput(flags, differencesView);
  const text = await runtime.readText(flags.compare ?? '', '--compare');
  const by = problems.length === 0 ? flags.by : undefined;
  const earlier = new EarlierMovements(printedDocuments(text), { isGrouped: flags.group !== undefined, by });
  const span = { ...earlier.span(), ...flags };
  const spanOf = (ledger: ReadLedger['ledger']) => ({ ...earlier.span(ledger), ...flags });
  if (span.since === undefined && span.until === undefined)
    throw usageErrorAt('--compare', 'has no rows that say its days: give its --since and --until, too');
  const open = await openLedgers(args, problems, { flags: span, runtime });
  const faults: string[] = [];
  let changed = 0;
  const rows = async function* () {
    const found = async function* () {
      for await (const each of eachLedger(open, { flags: span, spanOf, runtime, faults })) {
        if (flags.all !== true) earlier.checkCustomer(each.ledger.name);
        yield* earlier.differencesIn(each);
      }
      if (flags.all !== true || flags.currency !== undefined) return;
      const at = { now: open.connection.now(), zone: 'UTC' };
      const { today } = readAsOf(flags, at);
      yield* earlier.removedLedgers((own) => readSpan({ ...own, ...flags }, { ...at, today }));
    };
    for await (const difference of found()) {
      changed += 1;
      yield differenceRow(difference);
    }
  };
  await show(rows(), { view: differencesView, shape: 'list', choice, now: open.connection.now }, runtime);
  for (const [names, what, data] of [
    [earlier.open, 'Not over', 'not_over'],
    [earlier.wereOpen, 'Not over when the report was printed', 'was_not_over'],
    [earlier.ofOtherDays, 'Not the same days in both reports', 'other_days'],
  ] as const) {
    const [first] = names;
    if (first === undefined) continue;
    const more = names.size === 1 ? '' : ` and ${names.size - 1} more`;
    runtime.note({ text: `${what}, so not compared: ${first}${more}`, data: { [data]: [...names] } });
  }
  throwFaults(faults);
  if (changed > 0) throw changedError(changed);
}

/** The error that follows the shown differences. */
export const changedError = (changed: number): Error =>
  new CreditctlError(
    'check-failed',
    `${changed} ${changed === 1 ? 'amount' : 'amounts'} changed since the earlier report was printed`,
  );
