// `--group` of a report: from the entry itself, or from the record of writes.
import type { LedgerEntry } from '../../credits/customer.ts';
import { oneOfProblems, type Problem } from '../../errors.ts';
import { groupOf, type RecordedGroup, readGrouping, recordedGroups } from '../../reports/movements.ts';
import type { Invocation } from '../../runtime/show.ts';
import type { Ledger, OpenLedgers } from '../every-ledger.ts';
import { type Writer, Writers } from '../writers.ts';

/** What an entry belongs to; `null` for one that does not say, or that the record does not have. */
export type GroupOf = (entry: LedgerEntry) => string | null | Promise<string | null>;

const recorded = (text: string): RecordedGroup | undefined => recordedGroups.find((each) => each === text);

export function groupProblems(text: string | undefined): readonly Problem[] {
  if (text === undefined || recorded(text) !== undefined || readGrouping(text) !== undefined) return [];
  const known = ['type', 'description', 'metadata.<key>', ...recordedGroups];
  return oneOfProblems('--group', text, known);
}

/** The flag must have no problems. Each ledger's answer is for its entries alone. */
export function groupsOf(
  connection: OpenLedgers['connection'],
  invocation: Invocation<{ readonly group?: string }>,
): (ledger: Ledger) => Promise<GroupOf | undefined> {
  const { group: text } = invocation.flags;
  const field = text === undefined ? undefined : recorded(text);
  const grouping = text === undefined ? undefined : readGrouping(text);
  if (field === undefined)
    return async () => (grouping === undefined ? undefined : (entry) => groupOf(entry, grouping));
  const writers = new Writers(connection, invocation);
  return async ({ customer }) => {
    await writers.readAhead(customer);
    return async (entry) => textOf(field, await writers.of(entry));
  };
}

function textOf(field: RecordedGroup, writer: Writer | undefined): string | null {
  if (writer === undefined) return null;
  if (field === 'who') return writer.who;
  return writer.approvedBy.length === 0 ? null : [...writer.approvedBy].sort().join(', ');
}
