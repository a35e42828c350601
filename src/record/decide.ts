// Decides whether a write is sent, settled, answered from the record or waited for, by equal writes of the record. Pure.
import { CreditctlError, valueArgs } from '../errors.ts';
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

/** The running process, with the time at which it decides. */
export interface Self {
  /** The record's clock, milliseconds since the epoch. */
  readonly now: number;
  /** The clock of the embedded ledger that is written to; `undefined` for any other API. */
  readonly ledgerNow: number | undefined;
  /** The person, as the record stamps it on this process's facts. */
  readonly who: string;
  readonly runner: FactRunner;
  /** Whether a process of this machine is still running. */
  readonly isAlive: (runner: FactRunner) => boolean;
  /** The hash of the API key in use; `null` for an embedded ledger. */
  readonly apiKey: string | null;
}

/**
 * `send`: send the write as the given attempt. `settle`: settle an earlier attempt first. `answer`: the write is done, so
 * answer from the record. `wait`: wait for the process that works on the same key, or has found it out.
 */
export type Decision =
  | {
      readonly kind: 'send';
      readonly attempt: number;
      readonly after: number | null;
      /** See `NewFact.equalAfter`. */
      readonly equalAfter?: number;
    }
  | { readonly kind: 'settle'; readonly earlier: WriteWithTexts; readonly options: SettlingOptions }
  | {
      readonly kind: 'answer';
      readonly earlier: WriteWithTexts;
      readonly manner: 'unacknowledged' | 'known';
    }
  | { readonly kind: 'wait'; readonly earlier: WriteWithTexts };

/** The ways in which this process can settle an open write. */
export interface SettlingOptions {
  /** The request that the record has; `undefined` if its text was erased. */
  readonly request: ApiRequest | undefined;
  /** Whether the API shows the effect: an entry with the key, the changed object as it is now, or the created object. */
  readonly hasMark: boolean;
  /** Whether the request may be sent again under its key without a second effect. */
  readonly mayResend: boolean;
  /** Whether the lease is over, so that no request is on its way: if the effect is not found, the write is absent. */
  readonly isOver: boolean;
}

const sendAnew = { kind: 'send', attempt: 1, after: null } as const;

/**
 * Decides for a write without a key set by hand. Throws a `refused` error if an equal write is under way, or is open and
 * belongs to another person. @param equal the equal writes of the record, oldest first
 */
export function decideByContent(equal: readonly WriteWithTexts[], self: Self): Decision {
  const unnamed = equal.filter(({ isNamed }) => !isNamed);
  const open = unnamed.findLast((write) => isOpen(write) && !isSuperseded(write, unnamed, self));
  if (open !== undefined) {
    if (isHeld(open, self) || open.who !== self.who) throw equalIsOpen(open, self);
    return { kind: 'settle', earlier: open, options: settlingOptions(open, self) };
  }
  const earlier = unnamed.findLast((write) => isUnacknowledged(write, self));
  // Who found it out reports it if that was a run of the same command, and never if that was `history settle`.
  if (earlier?.endedBy === self.who && isWorkedOn(earlier, self)) return { kind: 'wait', earlier };
  if (earlier !== undefined) return { kind: 'answer', earlier, manner: 'unacknowledged' };
  return { ...sendAnew, equalAfter: Math.max(0, ...equal.map(({ version }) => version)) };
}

/** Decides for a write under a known key. Throws a `usage` error if the key was used for another fingerprint (`print`). */
export function decideByKey(
  earlier: WriteWithTexts | undefined,
  { key, print }: { readonly key: string; readonly print: string },
  self: Self,
): Decision {
  if (earlier === undefined) return sendAnew;
  // A write that was never applied leaves its key free, even for a different write.
  if (isNotApplied(earlier)) return { kind: 'send', attempt: earlier.attempt + 1, after: earlier.version };
  if (earlier.fingerprint !== print) throw usedForAnother(key, earlier);
  if (!isOpen(earlier)) return { kind: 'answer', earlier, manner: 'known' };
  if (isHeld(earlier, self)) return { kind: 'wait', earlier };
  return { kind: 'settle', earlier, options: settlingOptions(earlier, self) };
}

/** Whether the write is known not to be applied. Its key may begin a new attempt. */
export const isNotApplied = ({ state }: Pick<Write, 'state'>): boolean =>
  state === 'refused' || state === 'absent' || state === 'unsent';

const isSought = (request: ApiRequest): boolean =>
  isEntryWrite(request) || (changedObject(request) ?? createdObject(request)) !== undefined;

/** Whether a request of this method has the same effect twice, whatever its key. A PATCH may add to what is there. */
export const isIdempotent = (method: string): boolean => method === 'PUT' || method === 'DELETE';

/** The ways in which this process can settle the write. */
export function settlingOptions(write: WriteWithTexts, self: Self): SettlingOptions {
  const { texts, apiKey, method } = write;
  const request = requestFromText(texts.request);
  const isRemembered = !isForgotten(write, self) && apiKey === self.apiKey;
  return {
    request,
    hasMark: request !== undefined && isSought(request),
    mayResend: request !== undefined && (isIdempotent(method) || isRemembered),
    isOver: !leaseRuns(write, self),
  };
}

/**
 * Age in milliseconds up to which a key is sent again. Orb remembers a key for 48 hours (Orb docs: idempotency). One hour
 * less leaves time for retries, because a forgotten key would write twice.
 */
export const keyLifetime = 47 * 60 * 60 * 1000;

/** Whether the API may have forgotten the key. A negative or unknown age counts as old. */
export function isForgotten(
  { notedAt, ledgerAt }: Pick<Write, 'notedAt' | 'ledgerAt'>,
  { now, ledgerNow }: Pick<Self, 'now' | 'ledgerNow'>,
): boolean {
  const age = ledgerNow === undefined ? now - Date.parse(notedAt) : ledgerNow - Date.parse(ledgerAt ?? '');
  return !(age >= 0 && age < keyLifetime);
}

/** Whether another process works on the open write. */
export const isHeld = (write: Write, self: Self): boolean =>
  write.state === 'noted' && isWorkedOn(write, self);

/** Whether the write is with another process: a live one of this machine, or one of another machine with a lease. */
function isWorkedOn(write: Write, self: Self): boolean {
  if (!leaseRuns(write, self)) return false;
  return !isOfThisMachine(write, self) || (!isOwn(write, self) && self.isAlive(write.runner));
}

const leaseRuns = ({ leaseUntil }: Write, { now }: Self): boolean => Date.parse(leaseUntil) > now;

const isOfThisMachine = ({ runner }: Write, self: Self): boolean => runner.machine === self.runner.machine;

const isOwn = ({ runner }: Write, self: Self): boolean =>
  runner.pid === self.runner.pid && runner.started === self.runner.started;

/** Milliseconds for which a repeated command reports the outcome of a killed run in place of a second write. */
const unacknowledgedMax = 10 * 60 * 1000;

/** The same for an outcome that another run found out: the person still has the advice to run the command again. */
const foundOutMax = 12 * 60 * 60 * 1000;

/** Whether the same person's run made the write lately, and did not report the outcome. */
export function isUnacknowledged(write: Write, self: Self): boolean {
  const { state, acknowledgedAt, endedAt, endedBy, isFound, who, runner } = write;
  if (state !== 'settled' || acknowledgedAt !== null || who !== self.who) return false;
  // Another run or person found it out, and may never report it.
  const isFoundOut = isFound || endedBy !== who;
  if (self.now - Date.parse(endedAt ?? '') > (isFoundOut ? foundOutMax : unacknowledgedMax)) return false;
  if (isFoundOut) return true;
  return isOfThisMachine(write, self) ? !self.isAlive(runner) : !leaseRuns(write, self);
}

/** Whether an open write is too old to be sent again, and an equal write succeeded later. The person has moved on then. */
function isSuperseded(write: Write, equal: readonly Write[], self: Self): boolean {
  const later = equal.slice(equal.indexOf(write) + 1);
  return isForgotten(write, self) && later.some(({ state }) => state === 'settled');
}

/** @param open an equal write that this run must not settle */
function equalIsOpen(open: Write, self: Pick<Self, 'who'>): CreditctlError {
  const { key, who, author, notedAt } = open;
  const whose = who === self.who ? 'You have' : `${who} on ${author.host} has`;
  const message = `${whose} had an equal write under way since ${notedAt}, so nothing was sent`;
  return new CreditctlError('refused', message, {
    applied: 'no',
    // Once that write has ended, the same command makes another one.
    retrySafe: false,
    idempotencyKey: key,
    next: [settleLine(key), 'If you want another equal write, add --idempotency-key <name of your choice>'],
  });
}

const settleLine = (key: string) =>
  `Find out how that write ended: creditctl history settle ${valueArgs(key)}`;

function usedForAnother(key: string, earlier: Write): CreditctlError {
  const { method, customer, notedAt, who } = earlier;
  const about = customer === null ? method : `${method} for ${customer}`;
  const message = `--idempotency-key was used for another write: "${key}" (${about}, ${notedAt}, by ${who})`;
  return new CreditctlError('usage', message, {
    applied: 'no',
    idempotencyKey: key,
    next: [
      isOpen(earlier) ? settleLine(key) : `See that write: creditctl history show ${valueArgs(key)}`,
      'Give this write a key of its own, or repeat the earlier one unchanged',
    ],
  });
}

/** The content of a request as text. Two writes of an account are equal if their texts are; field order is ignored. */
export function contentText({ method, path, query = [], body }: ApiRequest): string {
  return writeJson([method, path, sorted(body ?? null), ...query.map((pair) => [...pair])]);
}

/** A SHA-256 in hex, equal for equal writes. @param content the `contentText` of the request without its key */
export const fingerprint = (content: string): string => sha256(content);

function sorted(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(sorted);
  if (!isJsonObject(value)) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name] ?? null)]));
}
