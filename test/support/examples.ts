// Which examples of the help only a shell and the built program can show; all others run in the process of the tests.

/** Pipes and redirections, commands that run until they are ended, and keys from stdin or the environment. */
export const needsShell = (example: string): boolean =>
  /[|<>]|^auth |^sandbox serve|^webhooks /.test(example);
