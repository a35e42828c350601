// `report statement -o html`: writes the statement as a web page, to stdout or to a file.
import { defaultLocale } from '../../pages/locale-format.ts';
import { statementPage } from '../../pages/statement-page.ts';
import { unwrittenFile } from '../../platform/machine-fault.ts';
import { resolveLink, writeWhole } from '../../platform/whole-file.ts';
import type { Invocation } from '../../runtime/show.ts';
import { pageProblems } from './page-flags.ts';
import {
  listedEntries,
  noteOtherCurrency,
  type StatementFlags,
  statementFor,
  throwBreak,
} from './read-statement.ts';

/** Throws a `check-failed` error before it writes if the ledger does not add up, because the page may be sent. */
export async function writeStatementPage(
  args: readonly string[],
  { flags, runtime }: Invocation<StatementFlags>,
): Promise<void> {
  const problems = [...pageProblems(flags, runtime), ...compareProblems(flags)];
  const { ledger, asOf, read } = await statementFor(args, { flags, runtime }, problems);
  throwBreak(read);
  const { locale = defaultLocale, out } = flags;
  const entries = await listedEntries(read.movements(), read.head);
  const statement = { ...read.head, movements: entries.map(({ record }) => record) };
  const page = statementPage(statement, { locale, now: ledger.connection.now(), upTo: asOf.today });
  if (out === undefined) await runtime.terminal.out(page);
  else {
    writePage(out, page, { flags, runtime });
    const text = `Wrote the statement of ${statement.customer} for ${statement.month} to ${out}`;
    runtime.note({ text, data: { file: out } });
  }
  if (flags.currency === undefined) await noteOtherCurrency(ledger, runtime);
}

const compareProblems = ({ compare }: StatementFlags) =>
  compare === undefined ? [] : [{ where: '--compare', problem: 'cannot be used with -o html' }];

/** Throws a `failure` that names the file. */
function writePage(out: string, page: string, { flags, runtime }: Invocation<StatementFlags>): void {
  try {
    writeWhole(resolveLink(out), runtime.secrets.mask(page), {
      naming: flags.force === true ? 'replacing' : 'new',
      pid: runtime.system.process.runner.pid,
    });
  } catch (error) {
    const otherwise = 'Name a file in a folder that you may write to in --out';
    throw unwrittenFile(`The page ${out} cannot be written`, error, otherwise);
  }
}
