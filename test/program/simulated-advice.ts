// What a person does in a simulated office after a command failed: what the error says, to the letter.
import { exitCodes } from '../../src/errors.ts';
import { errorOf, rowsOf } from '../support/command.ts';
import type { RunResult } from '../support/run.ts';

/** How a command ended that a person ran for a wish. */
export interface Ended {
  /** The command line without its output flags. */
  readonly line: string;
  readonly result: Pick<RunResult, 'code' | 'stdout' | 'stderr'>;
  /** The run before, whose advice was followed. */
  readonly before?: Ended | undefined;
}

/** `done`: the wish is fulfilled. Otherwise the lines of which the person runs one next; none if nothing is said. */
export interface Reaction {
  readonly isDone: boolean;
  readonly lines: readonly string[];
}

const done: Reaction = { isDone: true, lines: [] };

/** @param wish the command line that the person had in mind */
export function reactionTo({ line, result, before }: Ended, wish: string): Reaction {
  if (result.code === 0)
    return isReadOnly(line) ? goOn(before, wish) : afterSuccess({ line, result, before }, wish);
  const { applied, retry_safe: mayRepeat, next } = errorOf(result);
  if (applied === 'yes' && mayRepeat !== true && result.code !== exitCodes['partly-done']) return done;
  const advised = (next as readonly string[]).flatMap((step) => advisedLine(step, line));
  const lines = [...(mayRepeat === true ? [line] : []), ...advised];
  return { isDone: false, lines: lines.length > 0 ? lines : [wish] };
}

function afterSuccess({ line, result, before }: Ended, wish: string): Reaction {
  if (!isSettling(line)) return done;
  // A person whose write was found may stop, or repeat the command to see its entry.
  const isOwn = before !== undefined && before.result.code !== 0 && errorOf(before.result).applied !== 'no';
  const isFound =
    line.startsWith('history settle ') && rowsOf(result).every(({ outcome }) => outcome === 'settled');
  return isOwn && isFound ? { isDone: true, lines: [] } : { isDone: false, lines: [wish] };
}

/** After a look, the other advice of the error. */
function goOn(before: Ended | undefined, wish: string): Reaction {
  if (before === undefined) return done;
  const { isDone, lines } = reactionTo(before, wish);
  const others = lines.filter((line) => !isReadOnly(line));
  return { isDone, lines: others.length > 0 ? others : [wish] };
}

/** The command lines that an error of this line advises, where a person has nothing to fill in or to decide. */
function advisedLine(step: string, failed: string): readonly string[] {
  const [, flag] = /the same command with (--[a-z-]+)$/.exec(step) ?? [];
  if (flag !== undefined) return [`${failed} ${flag}`];
  const [, line] =
    /(?:^|: )creditctl ((?:history|batch|undo|ledger|blocks|customers|topups|alerts) .+)$/.exec(step) ?? [];
  return line === undefined || /<|, or |--found|--help/.test(line) ? [] : [line];
}

/** Whether a command line only reads, or writes nothing that is asked about. */
export const isReadOnly = (line: string): boolean =>
  /^(config set|history (show|list|verify|audit)|batch status|(ledger|blocks|customers|topups|alerts) (list|show|search|verify))/.test(
    line,
  );

/** Whether a command line finds out the outcome of earlier ones. */
export const isSettling = (line: string): boolean => line.startsWith('history settle');
