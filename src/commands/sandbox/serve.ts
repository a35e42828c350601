// `sandbox serve`: serves the embedded ledger over HTTP, on this machine only, for any client of the contract.
import { type Problem, usageError } from '../../errors.ts';
import { checkPlainOutput, type ReadCommand, type TextFlags } from '../../runtime/show.ts';
import { writeJson } from '../../wire/json.ts';
import { aborted, portProblems } from '../serving.ts';

/**
 * Resolves after SIGINT or SIGTERM, once the last answer is sent. Throws a `failure` error if the database file was
 * deleted or replaced.
 */
export const run: ReadCommand<TextFlags<'port' | 'rateLimits'>> = async (_args, flags, runtime) => {
  checkPlainOutput(flags);
  const { port = '4010', rateLimits } = flags;
  const problems = [...portProblems(port), ...rateLimitProblems(rateLimits)];
  if (problems.length > 0) throw usageError(problems);
  const server = await runtime.serveSandbox(flags, { port: Number(port), rateLimits });
  try {
    // A script waits for this line, so it comes only once the port is open.
    await runtime.terminal.outKey(`${writeJson({ base_url: server.baseUrl, api_key: server.apiKey })}\n`);
    await Promise.race([aborted(runtime.interruption), server.lost]);
  } finally {
    await server.close();
  }
};

function rateLimitProblems(limits: string | undefined): Problem[] {
  if (limits === undefined || /^(live|test|trial|[1-9]\d{0,5})$/.test(limits)) return [];
  const problem = `must be live, test, trial or a whole number of writes per second from 1: "${limits}"`;
  return [{ where: '--rate-limits', problem }];
}
