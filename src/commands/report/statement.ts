// `report statement <customer> --month 2026-10`: shows opening balance, every movement, closing balance and blocks.
import { usageError } from '../../errors.ts';
import { type Format, isDocumentFormat } from '../../output/render.ts';
import { type LongRecord, longRecordAsJson } from '../../output/rows-as-json.ts';
import {
  checkOutput,
  emit,
  type Invocation,
  type ReadCommand,
  show,
  showSummary,
} from '../../runtime/show.ts';
import { blocksView } from '../../views/blocks.ts';
import { entriesView } from '../../views/entries.ts';
import { otherFormatProblems, wantsPage } from './page-flags.ts';
import {
  listedEntries,
  noteOtherCurrency,
  type ReadStatement,
  type StatementFlags,
  statementFor,
  throwBreak,
} from './read-statement.ts';
import { statementFields, statementView } from './statement-view.ts';

/** Throws a `check-failed` error after showing the statement if the ledger does not add up. */
export const run: ReadCommand<StatementFlags> = async (args, flags, runtime) => {
  if (wantsPage(flags)) {
    const { writeStatementPage } = await import('./write-statement-page.ts');
    return writeStatementPage(args, { flags, runtime });
  }
  const problems = otherFormatProblems(flags);
  if (problems.length > 0) throw usageError(problems);
  if (flags.compare !== undefined) {
    const { compareStatement } = await import('./compare-statement.ts');
    return compareStatement(args, { flags, runtime });
  }
  const choice = checkOutput(flags, entriesView, statementView);
  const { ledger, read } = await statementFor(args, { flags, runtime });
  await showStatement(read, { choice, now: ledger.connection.now }, runtime);
  if (flags.currency === undefined) await noteOtherCurrency(ledger, runtime);
  throwBreak(read);
};

/** Writes entry by entry, unless a flag chooses fields. */
async function showStatement(
  read: ReadStatement,
  showing: { readonly choice: ReturnType<typeof checkOutput>; readonly now: () => number },
  runtime: Invocation['runtime'],
): Promise<void> {
  const { format, fields, jq } = showing.choice;
  const { head, movements } = read;
  const blocks = read.blocks.map(({ document }) => document);
  const entries = async function* () {
    for await (const { document } of movements()) yield document;
  };
  if (isDocumentFormat(format) && fields === undefined && jq === undefined) {
    const record = { head: statementFields(head), name: 'movements', list: entries(), tail: { blocks } };
    return emit(await longRecord(record, format), runtime);
  }
  const isListed = isDocumentFormat(format) && fields?.includes('movements') !== false;
  const listed = isListed ? await listedEntries(entries(), head) : [];
  const row = { record: head, document: { ...statementFields(head), movements: listed, blocks } };
  const rows = isDocumentFormat(format) ? [] : movements();
  const clock = { now: showing.now, zone: async () => head.zone, namesZone: true };
  const summary = { view: statementView, row, list: entriesView, rows };
  await showSummary(summary, { choice: showing.choice, ...clock }, runtime);
  if ((format !== 'table' && format !== 'md') || blocks.length === 0) return;
  await runtime.terminal.out('\n');
  await show(read.blocks, { view: blocksView, shape: 'list', choice: { format }, ...clock }, runtime);
}

async function longRecord(record: LongRecord, format: Format): Promise<AsyncIterable<string>> {
  if (format !== 'yaml') return longRecordAsJson(record, format === 'json' ? 2 : 0);
  const { longRecordAsYaml } = await import('../../output/rows-as-yaml.ts');
  return longRecordAsYaml(record);
}
