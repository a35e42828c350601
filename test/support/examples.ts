// Which examples of the help only a shell and the built program can show; all others run in the process of the tests.

/** Pipes and redirections, a command that runs until it is ended, and keys from stdin. */
export const needsShell = (example: string): boolean => /[|<>]|^auth |^sandbox serve/.test(example);
