// What is to be done about a write that is about to be made, by what the record knows of it and of equal ones. Pure.
import { CreditctlError, valueWords } from '../errors.ts';
import {
  type ApiRequest,
  changedObject,
  createdObject,
  isEntryWrite,
  requestFromText,
} from '../requests/request.ts';
import { isJsonObject, type Json, writeJson } from '../wire/json.ts';
import { sha256 } from './chained-fact.ts';
import { type FactRunner, isOpen } from './facts.ts';
import type { Write } from './known-write.ts';
import type { WriteWithTexts } from './record.ts';

/** What one run knows of itself, and of the moment. */
export interface Self {
  /** The record's clock, milliseconds since the epoch. */
  readonly now: number;
  /** The clock of the embedded ledger that is written to; `undefined` for any other API. */
  readonly ledgerNow: number | undefined;
  /** As the record stamps it. */
  readonly who: string;
  readonly runner: FactRunner;
  /** Whether a process of this machine is still running. */
  readonly isAlive: (runner: FactRunner) => boolean;
  /** The hash of the API key in use; `null` for an embedded ledger. */
  readonly apiKey: string | null;
}

/**
 * `send` it as the given attempt; `settle` an earlier attempt first; `answer` from the record, because it is done; `wait`
 * for the process that has the same key under way.
 */
export type Decision =
  | {
      readonly kind: 'send';
      readonly attempt: number;
      readonly after: number | null;
      /** See `NewFact.equalAfter`. */
      readonly equalAfter?: number;
    }
  | { readonly kind: 'settle'; readonly earlier: WriteWithTexts; readonly way: Way }
  | {
      readonly kind: 'answer';
      readonly earlier: WriteWithTexts;
      readonly manner: 'unacknowledged' | 'known';
    }
  | { readonly kind: 'wait' };

/** How an open write can be settled from here. */
export interface Way {
  /** The request as it was noted; `undefined` if it was erased. */
  readonly request: ApiRequest | undefined;
  /** It can be looked for: in the ledger by its mark, by how what it changes is now, or by what it creates. */
  readonly hasMark: boolean;
  /** It may be sent again under its key, which does its work once. */
  readonly mayResend: boolean;
  /** It cannot be on its way any more: then it is absent if its mark is not found. */
  readonly isOver: boolean;
}

const sendAnew = { kind: 'send', attempt: 1, after: null } as const;

/**
 * For a write without a key of its own. Throws a `refused` error if an equal one is under way, or open and another
 * person's. @param equal the writes that are equal to it, oldest first
 */
export function decideByContent(equal: readonly WriteWithTexts[], self: Self): Decision {
  const unnamed = equal.filter(({ isNamed }) => !isNamed);
  const open = unnamed.findLast((write) => isOpen(write) && !isSuperseded(write, unnamed, self));
  if (open !== undefined) {
    if (isHeld(open, self) || open.who !== self.who) throw equalIsOpen(open, self);
    return { kind: 'settle', earlier: open, way: wayTo(open, self) };
  }
  const earlier = unnamed.findLast((write) => isUnacknowledged(write, self));
  if (earlier !== undefined) return { kind: 'answer', earlier, manner: 'unacknowledged' };
  return { ...sendAnew, equalAfter: Math.max(0, ...equal.map(({ version }) => version)) };
}

/** For a key of its own. Throws a `usage` error if the key was used for another write. @param print its fingerprint */
export function decideByKey(
  earlier: WriteWithTexts | undefined,
  { key, print }: { readonly key: string; readonly print: string },
  self: Self,
): Decision {
  if (earlier === undefined) return sendAnew;
  // One that was never applied leaves its key free, also for another write.
  if (isNotApplied(earlier)) return { kind: 'send', attempt: earlier.attempt + 1, after: earlier.version };
  if (earlier.fingerprint !== print) throw usedForAnother(key, earlier);
  if (!isOpen(earlier)) return { kind: 'answer', earlier, manner: 'known' };
  if (isHeld(earlier, self)) return { kind: 'wait' };
  return { kind: 'settle', earlier, way: wayTo(earlier, self) };
}

/** Known not to have been applied: the same key is a new start. */
export const isNotApplied = ({ state }: Pick<Write, 'state'>): boolean =>
  state === 'refused' || state === 'absent' || state === 'unsent';

const isSought = (request: ApiRequest): boolean =>
  isEntryWrite(request) || (changedObject(request) ?? createdObject(request)) !== undefined;

/** How an open write can be settled. */
export function wayTo(write: WriteWithTexts, self: Self): Way {
  const { texts, apiKey, method } = write;
  const request = requestFromText(texts.request);
  const isRemembered = !isForgotten(write, self) && apiKey === self.apiKey;
  return {
    request,
    hasMark: request !== undefined && isSought(request),
    // Another PUT or DELETE only makes the same of the same, under whatever key.
    mayResend: request !== undefined && (method !== 'POST' || isRemembered),
    isOver: !leaseRuns(write, self),
  };
}

/**
 * Milliseconds for which a key is sent again. Orb remembers one for 48 hours (Orb docs: idempotency); an hour less leaves
 * room for retries, since a key that was just forgotten would write twice.
 */
export const keyLifetime = 47 * 60 * 60 * 1000;

/** Whether the API may have forgotten the key. An age that is negative or not known counts as old. */
export function isForgotten(
  { notedAt, ledgerAt }: Pick<Write, 'notedAt' | 'ledgerAt'>,
  { now, ledgerNow }: Pick<Self, 'now' | 'ledgerNow'>,
): boolean {
  const age = ledgerNow === undefined ? now - Date.parse(notedAt) : ledgerNow - Date.parse(ledgerAt ?? '');
  return !(age >= 0 && age < keyLifetime);
}

/** Whether another process is working on it: one that is alive on this machine, or one elsewhere until its lease ends. */
export function isHeld(write: Write, self: Self): boolean {
  if (write.state !== 'noted' || !leaseRuns(write, self)) return false;
  return !isOfThisMachine(write, self) || (!isOwn(write, self) && self.isAlive(write.runner));
}

const leaseRuns = ({ leaseUntil }: Write, { now }: Self): boolean => Date.parse(leaseUntil) > now;

const isOfThisMachine = ({ runner }: Write, self: Self): boolean => runner.machine === self.runner.machine;

const isOwn = ({ runner }: Write, self: Self): boolean =>
  runner.pid === self.runner.pid && runner.started === self.runner.started;

/** For so many milliseconds a run that was cut off after its write is taken for the one that is now repeated. */
const unacknowledgedMax = 10 * 60 * 1000;

/** Done not long ago by the same person's run, which was cut off before it could report it. */
export function isUnacknowledged(write: Write, self: Self): boolean {
  const { state, acknowledgedAt, endedAt, who, runner } = write;
  if (state !== 'settled' || acknowledgedAt !== null || who !== self.who) return false;
  if (self.now - Date.parse(endedAt ?? '') > unacknowledgedMax) return false;
  return isOfThisMachine(write, self) ? !self.isAlive(runner) : !leaseRuns(write, self);
}

/** Too old to be sent again, and an equal one was done since: whoever looked into it went on. */
function isSuperseded(write: Write, equal: readonly Write[], self: Self): boolean {
  const later = equal.slice(equal.indexOf(write) + 1);
  return isForgotten(write, self) && later.some(({ state }) => state === 'settled');
}

/** @param open an equal write that is not this run's to settle */
function equalIsOpen(open: Write, self: Pick<Self, 'who'>): CreditctlError {
  const { key, who, author, notedAt } = open;
  const whose = who === self.who ? 'You have' : `${who} on ${author.host} has`;
  const message = `${whose} had an equal write under way since ${notedAt}, so nothing was sent`;
  return new CreditctlError('refused', message, {
    applied: 'no',
    idempotencyKey: key,
    next: [settleLine(key), 'If you want another equal write, add --idempotency-key <name of your choice>'],
  });
}

const settleLine = (key: string) =>
  `Find out how that write ended: creditctl history settle ${valueWords(key)}`;

function usedForAnother(key: string, earlier: Write): CreditctlError {
  const { method, customer, notedAt, who } = earlier;
  const about = customer === null ? method : `${method} for ${customer}`;
  const message = `--idempotency-key was used for another write: "${key}" (${about}, ${notedAt}, by ${who})`;
  return new CreditctlError('usage', message, {
    applied: 'no',
    idempotencyKey: key,
    next: [
      ...(isOpen(earlier) ? [settleLine(key)] : []),
      'Give this write a key of its own, or repeat the earlier one unchanged',
    ],
  });
}

/** What makes two writes of an account equal: the same text, whatever the order of the fields. */
export function contentText({ method, path, query = [], body }: ApiRequest): string {
  return writeJson([method, path, sorted(body ?? null), ...query.map((pair) => [...pair])]);
}

/** A SHA-256 in hex, equal for equal writes. @param content made by `contentText` of the request without a mark */
export const fingerprint = (content: string): string => sha256(content);

function sorted(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(sorted);
  if (!isJsonObject(value)) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name] ?? null)]));
}
