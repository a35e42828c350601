// "Which write do you want to undo?": the person's newest entries that are not undone yet.
import { CreditctlError } from '../../errors.ts';
import type { Prompter } from '../../prompts/prompter.ts';
import { historyAlone } from '../../record/history.ts';
import type { AccountRecord } from '../../record/record.ts';
import { isEntry } from '../../undo/target.ts';

const offeredMax = 30;

/** The key of the write that is chosen. @param who as the record stamps the person */
export async function askUndo(prompter: Prompter, record: AccountRecord, who: string): Promise<string> {
  const standing = [];
  for await (const write of record.writes({ who, states: ['settled'], isUndo: false })) {
    if (write.undoneBy === null && write.entry !== null && isEntry(write))
      standing.push(historyAlone(write, record));
    if (standing.length === offeredMax) break;
  }
  if (standing.length === 0)
    throw new CreditctlError('failure', 'The record has no entry of yours that can be undone', {
      applied: 'no',
      next: ['creditctl history list --all'],
    });
  return prompter.choose({
    message: 'Which write do you want to undo',
    choices: standing.map(({ key, at, what, why, entry }) => ({
      name: `${at.slice(0, 16).replace('T', ' ')}  ${what}`,
      value: key,
      hint: [why, `entry ${entry}`].filter((part) => part !== null).join(' · '),
    })),
  });
}
