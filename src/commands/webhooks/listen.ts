// `webhooks listen`: receives webhooks on this machine and prints each event once, until it is stopped.
import { type Problem, usageError } from '../../errors.ts';
import { filterOf } from '../../output/output-flags.ts';
import { render } from '../../output/render.ts';
import { ClosedPipe } from '../../output/terminal/streams.ts';
import { isAccepted, postBody } from '../../platform/post-body.ts';
import { checkOutput, type ReadCommand, type TextFlags } from '../../runtime/show.ts';
import { signatureHeader, timestampHeader } from '../../wire/webhook-signature.ts';
import { aborted, portProblems } from '../serving.ts';
import { webhookUrlProblem } from '../webhook-url.ts';
import { eventRow, eventView } from './event-view.ts';
import { receiveOverHttp } from './receive-over-http.ts';
import { type Arrival, type Outcome, Receiver } from './receiver.ts';
import { webhookSecret } from './secret.ts';

/**
 * Resolves after SIGINT or SIGTERM, or when the reader of stdout is gone, once the last answer is sent. Throws a
 * `credentials` error without a secret, and any error that prevents printing.
 */
export const run: ReadCommand<TextFlags<'port' | 'forwardTo'>> = async (_args, given, runtime) => {
  const flags = { ...given, output: given.output ?? 'ndjson' };
  const choice = checkOutput(flags, eventView);
  const { port = '4011', forwardTo } = flags;
  const problems = [
    ...formatProblems(choice.format),
    ...portProblems(port),
    ...forwardProblems(forwardTo, port),
  ];
  if (problems.length > 0) throw usageError(problems);
  const { terminal, system } = runtime;
  // After Ctrl-C, an event under way is still printed: it may be forwarded already, and its sender waits for the answer.
  const filter = await filterOf(choice, { terminal, system, interruption: new AbortController().signal });
  const broken = new AbortController();
  const receiver = new Receiver({
    secret: webhookSecret(runtime),
    now: runtime.now,
    forward: forwardTo === undefined ? undefined : (arrival) => forwarded(arrival, forwardTo),
    print: async (event) => {
      try {
        const line = render([eventRow(event)], { ...showing, ...choice });
        for await (const piece of filter(line)) await terminal.out(piece);
      } catch (error) {
        broken.abort(error);
        throw error;
      }
    },
  });
  const listening = await receiveOverHttp(receiver, Number(port));
  // A script waits for this line, so it comes only once the port is open.
  terminal.say(JSON.stringify({ url: listening.url }));
  await aborted(AbortSignal.any([runtime.interruption, broken.signal]));
  await listening.close();
  runtime.note(summary(receiver.counts));
  if (broken.signal.aborted && !(broken.signal.reason instanceof ClosedPipe)) throw broken.signal.reason;
};

const showing = { view: eventView, shape: 'list', table: { kind: 'plain' } } as const;

function formatProblems(format: string): readonly Problem[] {
  if (format === 'ndjson') return [];
  return [{ where: '--output', problem: `must be ndjson here, one event per line: "${format}"` }];
}

function forwardProblems(url: string | undefined, port: string): readonly Problem[] {
  if (url === undefined) return [];
  const problem =
    webhookUrlProblem(url, 'anywhere') ??
    // The receiver would forward an event to itself without end.
    (leadsTo(url, port) ? `leads to this receiver itself: "${url}"` : undefined);
  return problem === undefined ? [] : [{ where: '--forward-to', problem }];
}

function leadsTo(url: string, port: string): boolean {
  const target = new URL(url);
  return target.protocol === 'http:' && Number(target.port || '80') === Number(port);
}

/** Timeout of a forwarded request, in milliseconds. The sender's own timeout is longer. */
const forwardTime = 4000;

async function forwarded({ timestamp, signature, body }: Arrival, url: string): Promise<boolean> {
  const headers = {
    'content-type': 'application/json',
    [timestampHeader]: timestamp ?? '',
    [signatureHeader]: signature ?? '',
  };
  return isAccepted(await postBody({ url, headers, body, timeout: forwardTime }));
}

function summary(counts: ReadonlyMap<Outcome, number>) {
  const { printed = 0, replayed = 0, ...others } = Object.fromEntries(counts);
  const refused = Object.entries(others);
  const total = refused.reduce((sum, [, count]) => sum + count, printed + replayed);
  const parts = [`${printed} printed`, `${replayed} seen before`];
  for (const [reason, count] of refused) parts.push(`${count} refused (${reason.replaceAll('_', ' ')})`);
  return {
    text: `Requests received: ${total}. ${parts.join(', ')}`,
    data: { webhooks: { received: total, printed, replayed, refused: others } },
  };
}
