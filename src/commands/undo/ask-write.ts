// Asks which of the person's newest entries to undo, and names those that the record knows cannot be undone.
import { notApplied } from '../../errors.ts';
import type { Choice, Prompter } from '../../prompts/prompter.ts';
import { historyAlone } from '../../record/history.ts';
import type { AccountRecord } from '../../record/record.ts';
import { neverUndone } from '../../undo/inverse-parts.ts';
import { entrySentence } from '../../views/done-line.ts';
import { isJsonObject } from '../../wire/json.ts';

const offeredMax = 30;

export interface AskingWrite {
  readonly prompter: Prompter;
  /** An RFC 3339 time as a person reads it. */
  readonly timeText: (at: string) => string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * The key of the chosen write. Entries that are undone already are not offered. Sends no request.
 * Throws a `failure` if there is none to offer.
 */
export async function askWrite(record: AccountRecord, { prompter, ...shown }: AskingWrite): Promise<string> {
  const choices: Choice<string>[] = [];
  for await (const write of record.writes({ who: await record.who(), states: ['settled'], isUndo: false })) {
    if (write.undoneBy === null && write.entry !== null)
      choices.push(...choiceOf(historyAlone(write, record), shown));
    if (choices.length === offeredMax) break;
  }
  if (choices.length === 0)
    throw notApplied('failure', 'The record has no entry of yours that can be undone', [
      'creditctl history list --all',
    ]);
  return prompter.choose({ message: 'Which write do you want to undo?', choices });
}

/** A choice with its time and the words of the line that ended the write; none for a write that made no entry. */
function choiceOf(
  { key, at, what, why, entry, request, answer }: ReturnType<typeof historyAlone>,
  { timeText, now }: Omit<AskingWrite, 'prompter'>,
): readonly Choice<string>[] {
  if (request === undefined) return [];
  const document = isJsonObject(answer) ? answer : {};
  const done = entrySentence({ request, document, zone: undefined });
  if (done === undefined) return [];
  const block = isJsonObject(document.credit_block) ? document.credit_block : {};
  const never =
    answer === null
      ? 'The record has no answer to this write.'
      : neverUndone(request.body?.entry_type, block, { now, timeText });
  return [
    {
      name: `${timeText(at)}  ${answer === null ? what : done}${never === undefined ? '' : ' (cannot be undone)'}`,
      value: key,
      hint: [never, why, `entry ${entry}`].filter((part) => typeof part === 'string').join(' · '),
    },
  ];
}
