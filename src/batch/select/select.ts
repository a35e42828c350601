// Plans a batch from the ledgers: reads customers and blocks, and plans a row for each match.
import { type CreditctlError, notApplied, shellText, usageError } from '../../errors.ts';
import { streamConcurrently } from '../../platform/concurrency.ts';
import { blocksQuery, ledgerQuery, pageSizeMax } from '../../requests/ledger-query.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import {
  checkSigning,
  type PlanWithSignature,
  planSigned,
  type SignedPlanFlags,
  signedPlanProblems,
} from '../approval/sign-plan.ts';
import { MadeRows } from '../input/made-rows.ts';
import { readSelection, type SelectFlags, type Selection } from './select-flags.ts';
import {
  doubledBlock,
  equalBlocks,
  type Holdings,
  mayBeSelected,
  rowsFor,
  selectFlagOf,
} from './selected-rows.ts';

export type SelectPlanFlags = SelectFlags & SignedPlanFlags;

/** Name of the input in the plan. */
const source = 'batch select';

/**
 * Each selection is a new batch unless `--batch-id` names one, so running a selection again writes again.
 * Throws a `not-found` error if nothing matches, and as planning does.
 */
export async function selectPlan(flags: SelectPlanFlags, runtime: Runtime): Promise<PlanWithSignature> {
  const selection = readSelection(flags, runtime.now());
  const problems = [
    ...('problems' in selection ? selection.problems : []),
    ...signedPlanProblems(source, flags, runtime),
  ];
  if ('problems' in selection || problems.length > 0) throw usageError(problems);
  await checkSigning(flags, runtime);
  const file = await selectedFile(selection, flags, runtime);
  const { batchId = `select-${runtime.system.newKey()}` } = flags;
  try {
    return await planSigned(file, { ...flags, batchId }, runtime);
  } finally {
    file.close();
  }
}

async function selectedFile(selection: Selection, flags: SelectPlanFlags, runtime: Runtime) {
  const rows = new MadeRows('select', runtime);
  try {
    await makeRows(rows, selection, { flags, runtime });
    if (rows.count === 0)
      throw notApplied('not-found', 'Nothing matches these conditions; no plan was written');
    return rows.end(source, selectFlagOf);
  } catch (error) {
    rows.remove();
    throw error;
  }
}

async function makeRows(
  rows: MadeRows,
  selection: Selection,
  { flags, runtime }: { readonly flags: SelectPlanFlags; readonly runtime: Runtime },
): Promise<void> {
  const { api, now } = await runtime.connect(flags);
  const { currency } = selection.query;
  const rowsOf = async ({ record: customer }: { readonly record: Holdings['customer'] }) => {
    if (runtime.interruption.aborted) throw runtime.interruption.reason;
    if (!mayBeSelected(customer, selection)) return [];
    const blocks = [];
    const request = blocksQuery({ by: 'id', id: customer.id }, { currency, all: false });
    for await (const { record } of api.blocks(request, {})) blocks.push(record);
    const holdings = { customer, blocks, now: now() };
    if (equalBlocks(blocks).length > 0) {
      const newest = ledgerQuery({ by: 'id', id: customer.id }, { currency }, {});
      for await (const { record } of api.entries(newest, { limit: 1 })) {
        const doubled = doubledBlock(holdings, record.ending_balance);
        if (doubled !== undefined) throw listedTwice(doubled, holdings);
      }
    }
    return rowsFor(holdings, selection);
  };
  const customers = api.customers({ pageSize: pageSizeMax });
  const progress = await runtime.reading('customers');
  for await (const each of streamConcurrently(customers, customersAtATime, rowsOf)) {
    progress.step();
    for (const { row, customer } of each) rows.add(row, { customer });
  }
  progress.clear();
}

/** The error for a block that the API lists under two ids: the rows would move its credits twice. */
const listedTwice = (ids: readonly string[], { customer }: Holdings): CreditctlError =>
  notApplied('server', `The API lists one block twice: ${ids.join(' and ')}`, [
    `creditctl ledger verify ${shellText([`id:${customer.id}`])}`,
  ]);

/** Several customers at a time, because one answer takes longer than the rate limit's interval. */
const customersAtATime = 6;
