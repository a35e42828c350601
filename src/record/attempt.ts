// Notes an attempt at a write in the record: before it is sent, when it ends, and when its outcome is reported.
import { CreditctlError } from '../errors.ts';
import { type ApiRequest, requestText } from '../requests/request.ts';
import type { Json } from '../wire/json.ts';
import { type Ending, newEnding } from './ending.ts';
import type { FactAuthor, FactRunner, NewFact, Noted, Reservation } from './facts.ts';
import type { Write } from './known-write.ts';
import type { AccountRecord, Appended, CapCheck } from './record.ts';

/** The API's answer to an attempt. */
export interface Reply {
  readonly status: number;
  readonly document: Json;
  readonly requestId?: string | undefined;
  /** The API had already applied the write under this key, and repeated its first answer. */
  readonly replayed: boolean;
}

/** The parts of the running program that noting an attempt uses. */
export interface NotingContext {
  readonly record: AccountRecord;
  readonly runner: FactRunner;
  readonly author: FactAuthor;
  /** The command line, with secrets masked. */
  readonly command: string;
  /** Masks secrets in the API's answer. A JSON text stays valid JSON. */
  readonly mask: (text: string) => string;
  /** Length of the lease, in milliseconds: until it ends, no other process takes the write over. */
  readonly leaseMs: number;
  /** The embedded ledger's clock, milliseconds since the epoch; `undefined` for any other API. */
  readonly ledgerNow: (() => number) | undefined;
  /** Set if this write undoes another write. */
  readonly undoing?: Undoing | undefined;
}

/** The key of the write that is undone, and how many further writes undo parts of it after this write. */
export interface Undoing {
  readonly undoes: string;
  readonly toFollow: number;
}

/** An attempt whose note is on the disk. */
export interface Begun {
  readonly key: string;
  readonly attempt: number;
  /** See `NewFact.after`. */
  readonly version: number;
}

/** An attempt before it is noted. */
export interface NewAttempt {
  readonly key: string;
  readonly attempt: number;
  readonly after: number | null;
  /** See `NewFact.equalAfter`. */
  readonly equalAfter?: number | undefined;
  /** The request exactly as it is sent, with the key in its metadata. */
  readonly request: ApiRequest;
  /** See `Noted.customer`. */
  readonly customer: string | undefined;
  readonly fingerprint: string;
  readonly isNamed: boolean;
  /** The credits that the attempt reserves, and the caps to check. */
  readonly capTerms: CapTerms;
}

export interface CapTerms {
  readonly reserves?: Reservation | undefined;
  readonly caps: readonly CapCheck[];
  /** SHA-256 of the policy of the record that was in force. */
  readonly policy?: string | undefined;
}

/** The answer of `append` when a cap would be passed: nothing was noted. */
export type OverCap = Extract<Appended, { readonly kind: 'over' }>;

/**
 * Notes an attempt; the note is on the disk when this resolves. `undefined` if another process changed the key since the
 * record was read, or noted an equal write. An error of the record says that nothing was sent.
 */
export async function noteAttempt(
  made: NewAttempt,
  noting: NotingContext,
): Promise<Begun | OverCap | undefined> {
  const { key, attempt, capTerms } = made;
  const fact = newAttempt(made, noting);
  const appended = await beforeSending(async () => {
    try {
      return await noting.record.append([fact], { caps: capTerms.caps });
    } catch (error) {
      // The record may have kept the note before the connection was lost.
      const known =
        error instanceof CreditctlError && error.kind === 'network' ? await ownNote(made, noting) : undefined;
      if (known === undefined) throw error;
      return { kind: 'appended', versions: [known.version] } as const;
    }
  });
  if (appended.kind === 'over') return appended;
  if (appended.kind === 'conflict') return undefined;
  return { key, attempt, version: appended.versions[0] ?? 0 };
}

/**
 * Notes a write that the record lost and the ledger has. Reserves no credits, because the ledger already has the entry
 * with its date. `undefined` if another process changed the key since the record was read.
 */
export async function noteRecovered(
  made: NewAttempt,
  answer: Json,
  noting: NotingContext,
): Promise<Begun | undefined> {
  const { key, attempt } = made;
  const ending = newEnding({ key, attempt }, { state: 'settled', found: true, answer }, noting.mask);
  const appended = await noting.record.append([newAttempt(made, noting), ending]);
  return appended.kind === 'appended' ? { key, attempt, version: appended.versions[1] ?? 0 } : undefined;
}

async function ownNote(
  { key, attempt }: NewAttempt,
  { record, runner }: NotingContext,
): Promise<Write | undefined> {
  const known = await record.write(key);
  if (known?.attempt !== attempt || known.state !== 'noted') return undefined;
  const { pid, started, machine } = known.runner;
  return runner.pid === pid && runner.started === started && runner.machine === machine ? known : undefined;
}

const newAttempt = (made: NewAttempt, noting: NotingContext): NewFact => ({
  fact: notedFact(made, noting),
  texts: { request: requestText(made.request), command: noting.command },
  after: made.after,
  equalAfter: made.equalAfter,
});

function notedFact({ key, attempt, request, ...made }: NewAttempt, noting: NotingContext): Noted {
  const { runner, author, leaseMs, ledgerNow, undoing, record } = noting;
  const { reserves, policy } = made.capTerms;
  return {
    kind: 'noted',
    key,
    attempt,
    fingerprint: made.fingerprint,
    named: made.isNamed ? true : undefined,
    method: request.method,
    customer: made.customer,
    reserves,
    lease_ms: leaseMs,
    author,
    runner,
    undoes: undoing?.undoes,
    to_follow: undoing?.toFollow,
    policy,
    ledger_at: ledgerNow && new Date(ledgerNow()).toISOString(),
    api_key: record.apiKey ?? undefined,
  };
}

/** Takes over a write of another process. `undefined` if the write changed since the record was read. */
export async function noteTaken(
  { key, attempt, version }: Pick<Write, 'key' | 'attempt' | 'version'>,
  { record, runner, author, leaseMs }: NotingContext,
): Promise<Begun | undefined> {
  const fact = { kind: 'taken', key, attempt, lease_ms: leaseMs, author, runner } as const;
  const appended = await beforeSending(() => record.append([{ fact, after: version }]));
  if (appended.kind !== 'appended') return undefined;
  return { key, attempt, version: appended.versions[0] ?? 0 };
}

/** Notes how an attempt ended; the note is on the disk when this resolves. False if another process changed the key. */
export async function noteEnding(
  { key, attempt, version }: Begun,
  ending: Ending,
  { record, mask }: Pick<NotingContext, 'record' | 'mask'>,
): Promise<boolean> {
  const fact = { ...newEnding({ key, attempt }, ending, mask), after: version };
  try {
    return (await record.append([fact])).kind === 'appended';
  } catch (error) {
    if (!(error instanceof CreditctlError) || error.kind !== 'network') throw error;
    // The record may have kept the note before the connection was lost. If it did not, a second try may succeed.
    const known = await record.write(key);
    if (known?.attempt === attempt && known.state === ending.state) return true;
    return (await record.append([fact])).kind === 'appended';
  }
}

/** Notes that the outcome was reported. */
export async function noteAcknowledged(
  { key, attempt }: Pick<Write, 'key' | 'attempt'>,
  record: AccountRecord,
): Promise<void> {
  await record.append([{ fact: { kind: 'acknowledged', key, attempt } }]);
}

/** Adds "nothing was sent" to each error that the record throws before a request leaves. */
export async function beforeSending<Result>(action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    const fault = notSent(error);
    if (!(fault instanceof CreditctlError)) throw fault;
    const { message } = fault;
    const end = message.endsWith('.') ? ' Nothing was sent.' : '; nothing was sent';
    const said = /nothing was sent/i.test(message) ? message : `${message}${end}`;
    throw fault.with({ cause: error }, said);
  }
}

/** An error of the record before a write is sent: nothing was applied, whether or not the disk kept the note. */
export function notSent(error: unknown): unknown {
  if (!(error instanceof CreditctlError)) return error;
  const { kind, cause } = error;
  const fault = kind === 'outcome-unknown' && cause instanceof CreditctlError ? cause : error;
  return fault.with({ applied: 'no' });
}
