// What `undo` asks: which write is meant.
import { CreditctlError } from '../../errors.ts';
import type { Prompter, WizardStep } from '../../prompts/prompter.ts';
import { historyAlone } from '../../record/history.ts';
import type { AccountRecord } from '../../record/record.ts';
import { isEntry } from '../../undo/target.ts';

/** So many are offered. */
const offeredMax = 30;

/** The step that asks which of the person's newest entries is meant, of those that nothing has undone yet. */
export const writeStep = (prompter: Prompter, record: AccountRecord): WizardStep<string | undefined> => ({
  isOpen: (named) => named === undefined,
  ask: () => askUndo(prompter, record),
});

async function askUndo(prompter: Prompter, record: AccountRecord): Promise<string> {
  const who = await record.who();
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
    message: 'Which write do you want to undo?',
    choices: standing.map(({ key, at, what, why, entry }) => ({
      name: `${at.slice(0, 16).replace('T', ' ')}Z  ${what}`,
      value: key,
      hint: [why, `entry ${entry}`].filter((part) => part !== null).join(' · '),
    })),
  });
}
