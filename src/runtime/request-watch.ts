// Reports the requests of a run for `--verbose` and `--timing`.
import type { Exchange } from '../wire/json.ts';
import type { LineFacts, Runtime } from './runtime.ts';

interface Reporting extends Pick<Runtime, 'note'> {
  readonly system: Pick<Runtime['system'], 'monotonic'>;
}

export function requestWatch({ isTraced, isTimed }: LineFacts, { system, note }: Reporting) {
  const begun = system.monotonic();
  const sum = { requests: 0, ms: 0 };
  const watched =
    (exchange: Exchange): Exchange =>
    async (request, signal) => {
      const left = system.monotonic();
      const { method, path, query } = request;
      const pairs = query.map((pair) => pair.join('=')).join('&');
      const target = `${method} ${path}${pairs === '' ? '' : `?${pairs}`}`;
      const report = (outcome: string, data: Readonly<Record<string, string | number>>): void => {
        const ms = Math.round(system.monotonic() - left);
        sum.requests += 1;
        sum.ms += ms;
        if (isTraced !== true) return;
        const request_line = { method, target: target.slice(method.length + 1), ms, ...data };
        note({ text: `${target}: ${outcome} in ${ms} ms`, data: { request: request_line }, isKept: true });
      };
      try {
        const answer = await exchange(request, signal);
        const id = answer.headers['x-request-id'];
        const known = id === undefined ? {} : { request_id: id };
        report(`${answer.status}${id === undefined ? '' : ` (request ${id})`}`, {
          status: answer.status,
          ...known,
        });
        return answer;
      } catch (error) {
        report(`no answer (${error instanceof Error ? error.message : String(error)})`, { status: 0 });
        throw error;
      }
    };
  /** Reports the sums. */
  const end = (): void => {
    if (isTimed !== true) return;
    const total = Math.round(system.monotonic() - begun);
    const { requests, ms } = sum;
    note({
      text: `${requests} request${requests === 1 ? '' : 's'} took ${ms} ms of ${total} ms`,
      data: { timing: { requests, requests_ms: ms, total_ms: total } },
      isKept: true,
    });
  };
  return { watched, end };
}
