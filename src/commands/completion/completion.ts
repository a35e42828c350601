// `completion <shell>`: prints the script that a shell loads to complete command lines.
import { scripts } from '../../cli/completion/scripts.ts';
import { shells } from '../../cli/completion/shell-answer.ts';
import { missingValue, oneOfProblems, usageError } from '../../errors.ts';
import { checkPlainOutput, type ReadCommand, showText } from '../../runtime/show.ts';

export const run: ReadCommand = async ([name], flags, runtime) => {
  const choice = checkPlainOutput(flags);
  const shell = shells.find((known) => known === name);
  if (shell === undefined)
    throw usageError(
      name === undefined
        ? [missingValue('<shell>', `name one of ${shells.join(', ')}`)]
        : oneOfProblems('<shell>', name, shells),
    );
  // The table format would join the lines of the script.
  if (choice.format === 'table') return runtime.terminal.out(scripts[shell]);
  await showText(['script', scripts[shell]], choice, runtime);
};
