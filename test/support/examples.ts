// Which examples of the help only a shell and the built program can show; all others run in the process of the tests.

/** Pipes and redirections, a command that runs until it is ended, keys from stdin, and a database of a team. */
export const needsShell = (example: string): boolean =>
  /[|<>]|^auth |^sandbox serve|^record init/.test(example);
