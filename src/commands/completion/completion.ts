// `completion <shell>`: the script that a shell loads to complete command lines.
import { scripts } from '../../cli/completion/scripts.ts';
import { shells } from '../../cli/completion/shell-answer.ts';
import { usageErrorAt } from '../../errors.ts';
import { checkPlainOutput, type ReadCommand, showText } from '../../runtime/show.ts';

export const run: ReadCommand = async ([name], flags, runtime) => {
  const choice = checkPlainOutput(flags);
  const shell = shells.find((known) => known === name);
  if (shell === undefined) {
    const known = shells.join(', ');
    const problem =
      name === undefined ? `is missing: name one of ${known}` : `must be one of ${known}: "${name}"`;
    throw usageErrorAt('<shell>', problem);
  }
  // A script has many lines, which the bare text of a table would join.
  if (choice.format === 'table') return runtime.terminal.out(scripts[shell]);
  await showText(['script', scripts[shell]], choice, runtime);
};
