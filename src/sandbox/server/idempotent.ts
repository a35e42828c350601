// A write that happens once: the answer to a keyed request is kept in the same transaction, and replayed.
import type { Instant } from '../../credits/exact.ts';
import type { WireAnswer } from '../../wire/json.ts';
import { keepAnswer, keptAnswer } from '../store/idempotency.ts';
import { invalid, Problem, type RoutedRequest, type ServerContext } from './route.ts';

const keyLengthMax = 64;

/**
 * Runs `work` as the only writer, unless the request's `Idempotency-Key` was answered before (Orb docs: idempotency).
 * @throws Problem if the key is too long, or was used for another request
 */
export async function idempotently(
  context: ServerContext,
  request: RoutedRequest,
  work: (now: Instant) => WireAnswer,
): Promise<WireAnswer> {
  const { database } = context;
  const key = request.headers['idempotency-key'];
  // The clock is read as the only writer, so that times follow the order of the writes.
  if (key === undefined) return context.write(() => work(context.now()));
  if (key.length < 1 || key.length > keyLengthMax) {
    throw invalid([`Idempotency-Key: must be of 1 to ${keyLengthMax} characters`]);
  }
  const fingerprint = await fingerprintOf(request);
  return context.write(() => {
    const now = context.now();
    const kept = keptAnswer(database, key, now);
    if (kept !== undefined) {
      if (kept.fingerprint !== fingerprint) {
        throw new Problem('409-resource-conflict', 'The idempotency key was used for another request.');
      }
      const headers = { 'content-type': 'application/json', 'idempotent-replayed': 'true' };
      return { status: kept.status, headers, body: kept.body };
    }
    const answer = work(now);
    // A problem is thrown and never gets here: only what was done is remembered. Model: a choice of ours, see docs/embedded-ledger.md.
    keepAnswer(database, { key, now }, { fingerprint, status: answer.status, body: answer.body });
    return answer;
  });
}

let loading: Promise<typeof import('node:crypto')> | undefined;

async function fingerprintOf({ method, path, body }: RoutedRequest): Promise<string> {
  // Loaded only for writes: a command that reads starts sooner without it. And once: loading costs as much as a statement.
  loading ??= import('node:crypto');
  const { createHash } = await loading;
  return createHash('sha256')
    .update(`${method} ${path}\n${body ?? ''}`)
    .digest('base64');
}
