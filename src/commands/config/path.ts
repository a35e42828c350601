// `config path`: prints the path of the configuration file.
import { checkPlainOutput, type ReadCommand, showText } from '../../runtime/show.ts';

export const run: ReadCommand = async (_args, flags, runtime) => {
  await showText(['path', runtime.profiles.path], checkPlainOutput(flags), runtime);
};
