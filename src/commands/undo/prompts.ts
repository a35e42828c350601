// "What shall be undone?": the newest entries that were made from here and still stand.
import { CreditctlError } from '../../errors.ts';
import type { Prompter } from '../../prompts/prompter.ts';
import type { HistoryWrite } from '../../views/history.ts';

const offeredMax = 30;

/** The key of the write that is chosen. @param writes oldest first */
export async function askUndo(
  prompter: Prompter,
  writes: readonly HistoryWrite[],
  host: string,
): Promise<string> {
  const standing = writes.filter(
    (write) =>
      write.host === host &&
      write.outcome === 'settled' &&
      write.entry !== null &&
      write.request?.path.endsWith('/ledger_entry') &&
      write.undoes === null &&
      write.undone_by === null,
  );
  if (standing.length === 0)
    throw new CreditctlError('failure', 'The journal of this profile knows no entry that could be undone', {
      applied: 'no',
      next: ['creditctl history list --all'],
    });
  return prompter.choose({
    message: 'What shall be undone',
    choices: standing
      .slice(-offeredMax)
      .reverse()
      .map(({ key, at, what, who, why, entry }) => ({
        name: `${at.slice(0, 16).replace('T', ' ')}  ${what}`,
        value: key,
        hint: [why, `by ${who}`, `entry ${entry}`].filter((part) => part !== null).join(' · '),
      })),
  });
}
