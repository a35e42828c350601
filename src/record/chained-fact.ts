// Encodes a fact as the JSON text of an event, hashes events into a chain, and decodes a body field by field. Pure.

import { hash as hashOf } from 'node:crypto';
import { isJsonObject, type Json, type JsonObject, parsePlainJson } from '../wire/json.ts';
import type {
  EventRow,
  Fact,
  FactAuthor,
  FactKind,
  FactRunner,
  Head,
  NewFact,
  Reservation,
  TextName,
} from './facts.ts';

/** A fact about one key. Other facts concern the whole account. */
export type KeyedFact = Extract<Fact, { readonly key: string; readonly attempt: number }>;

export const isKeyed = (fact: Fact): fact is KeyedFact => 'key' in fact;

/** The SHA-256 of each text of a fact, in hex. */
export type TextHashes = Readonly<Partial<Record<TextName, string>>>;

/** The names of a fact's texts, in the order of `allTexts`. */
export function textNames(of: NewFact['texts'] | TextHashes = {}): readonly TextName[] {
  return allTexts.filter((name) => of[name] !== undefined);
}

/** The body of an event as JSON text. Each database stores and hashes exactly these characters. */
export function bodyOf({ fact, texts = {} }: NewFact): string {
  const names = textNames(texts);
  if (names.length === 0) return JSON.stringify(fact);
  return JSON.stringify({
    ...fact,
    texts: Object.fromEntries(names.map((name) => [name, sha256(texts[name] ?? '')])),
  });
}

/**
 * Decodes the body of an event. Ignores a field or text of a later version, which the chain covers anyway. Throws a
 * SyntaxError that names the field which is missing or has the wrong type.
 */
export function readBody(body: string): { readonly fact: Fact; readonly texts: TextHashes } {
  const json = parsePlainJson(body);
  if (!isJsonObject(json)) throw new SyntaxError('it is no object');
  const { texts = {}, ...fact } = json;
  const shape =
    typeof fact.kind === 'string' && Object.hasOwn(shapes, fact.kind)
      ? shapes[fact.kind as FactKind]
      : undefined;
  if (shape === undefined) throw new SyntaxError('its kind is unknown');
  checkShape(fact, shape);
  if (!hashes(texts)) throw new SyntaxError('one of its texts has no hash');
  return { fact: fact as unknown as Fact, texts: texts as TextHashes };
}

type Check = (value: Json | undefined) => boolean;
type Shape<Of> = { readonly [Name in keyof Of]-?: Check };

function checkShape(json: JsonObject, shape: Readonly<Record<string, Check>>): void {
  for (const [name, isRight] of Object.entries(shape))
    if (!isRight(json[name])) throw new SyntaxError(`${name} is not what it should be`);
}

const text: Check = (value) => typeof value === 'string';
const whole: Check = (value) => Number.isSafeInteger(value);
const yes: Check = (value) => value === true;
const decimal: Check = (value) => typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value);
const texts: Check = (value) => Array.isArray(value) && value.every(text);
const hash: Check = (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const hashes: Check = (value) =>
  value !== undefined && isJsonObject(value) && Object.values(value).every(hash);
/** From the SHA-256 of each plan to the SHA-256 of the plan without its erased rows. */
const plans: Check = (value) => hashes(value) && Object.keys(value ?? {}).every(hash);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const one =
  (...values: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && values.includes(value);

function shaped<Of>(shape: Shape<Of>): Check {
  return (value) => {
    if (!isJsonObject(value)) return false;
    const checks = Object.entries<Check>(shape);
    return (
      checks.every(([name, check]) => check(value[name])) && Object.keys(value).every((name) => name in shape)
    );
  };
}

/** The names of all texts, in the order of a body's `texts`. */
export const allTexts = [
  'answer',
  'command',
  'message',
  'policy',
  'request',
  'results',
  'signatures',
] as const satisfies readonly TextName[];
const author = shaped<FactAuthor>({ os_user: text, host: text, actor: optional(text) });
const runner = shaped<FactRunner>({ machine: text, pid: whole, started: optional(text) });
const reservation = shaped<Reservation>({ customer: text, currency: text, day: text, amount: decimal });

const held = {
  key: text,
  attempt: whole,
  lease_ms: whole,
  author: optional(author),
  runner: optional(runner),
  run: optional(whole),
};
const begun = {
  approved_by: optional(texts),
  policy: optional(text),
  ledger_at: optional(text),
  api_key: optional(text),
};

const shapes: { readonly [Kind in FactKind]: Shape<Extract<Fact, { readonly kind: Kind }>> } = {
  noted: {
    ...held,
    ...begun,
    kind: text,
    fingerprint: optional(text),
    named: optional(yes),
    method: text,
    customer: optional(text),
    reserves: optional(reservation),
    batch: optional(text),
    row: optional(whole),
    undoes: optional(text),
    to_follow: optional(whole),
  },
  taken: { ...held, kind: text },
  ended: {
    kind: text,
    key: text,
    attempt: whole,
    state: one('settled', 'refused', 'unknown', 'absent', 'unsent'),
    status: optional(whole),
    request_id: optional(text),
    replayed: optional(yes),
    found: optional(yes),
    entry: optional(text),
    block: optional(text),
    amount: optional(decimal),
    starting_balance: optional(decimal),
    ending_balance: optional(decimal),
  },
  acknowledged: { kind: text, key: text, attempt: whole },
  batch_begun: {
    ...begun,
    kind: text,
    batch: text,
    run: whole,
    plan: text,
    rows: whole,
    undo: optional(yes),
    lease_ms: whole,
    author,
    runner,
  },
  batch_ended: {
    kind: text,
    batch: text,
    run: whole,
    succeeded: whole,
    failed: whole,
    unknown: whole,
    unprocessed: whole,
  },
  approved: { kind: text, plan: text, principal: text, key_fingerprint: text },
  policy_set: { kind: text, version: whole, sha256: hash },
  accepted: { kind: text, seen_link: whole, seen_hash: text },
  erased: { kind: text, customer: text, plans: optional(plans) },
};

/** The head of a chain without links. */
export const chainStart: Head = { link: 0, hash: '0'.repeat(64) };

export const sha256 = (text: string | Uint8Array): string => hashOf('sha256', text, 'hex');

/**
 * SHA-256 in hex over the fields of an event. PostgreSQL computes the same hash in SQL, so neither a client nor an owner
 * can change an event unnoticed.
 */
export const eventHash = ({
  seq,
  at,
  who,
  kind,
  key,
  attempt,
  prev,
  body,
}: Omit<EventRow, 'hash' | 'link'>): string =>
  sha256([seq, at, who, kind, key, attempt, prev, sha256(body)].join('\n'));

/** SHA-256 in hex over the previous link and the hashes of the events of one transaction, in order. */
export const linkHash = (before: Head, events: readonly string[]): string =>
  sha256([before.hash, before.link + 1, ...events].join('\n'));
