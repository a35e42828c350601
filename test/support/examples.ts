// Which examples of the help only a shell and the built program can show; all others run in the process of the tests.

/** Pipes and redirections, commands that run until they are ended, keys from stdin or the environment, and a team's database. */
export const needsShell = (example: string): boolean =>
  /[|<>]|^auth |^sandbox serve|^webhooks |^record init/.test(example);
