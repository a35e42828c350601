// Appends facts to the chain of an account on PostgreSQL, by one call of the append procedure.
import { textNames } from '../chained-fact.ts';
import type { NewFact } from '../facts.ts';
import type { Account, Appended, AppendOptions, CapCheck, HeadWatch } from '../record.ts';
import type { PostgresConnection } from './connection.ts';
import { type Fields, jsonLiteral, literal, onlyRow, uniqueId } from './values.ts';

/** Facts that are added before a request leaves: if one cannot be added, nothing is sent. */
const kindsBeforeSending: ReadonlySet<string> = new Set(['noted', 'taken', 'batch_begun']);
/** Facts about the record, which are the whole effect of their commands. */
const kindsOfRecord: ReadonlySet<string> = new Set(['policy_set', 'accepted']);

export interface Appending extends AppendOptions {
  readonly account: Account;
  readonly watch: HeadWatch | undefined;
}

export async function appendFacts(
  facts: readonly NewFact[],
  { account, caps = [], watch }: Appending,
  connection: PostgresConnection,
): Promise<Appended> {
  if (facts.length === 0) throw new TypeError('there is no fact to append');
  const seen = watch?.seen();
  const isBefore = facts.every(({ fact }) => kindsBeforeSending.has(fact.kind));
  const call = `call creditctl.append_kept(${literal(account.id)}, ${literal(uniqueId())}, ${jsonLiteral(
    facts.map(asItem),
  )}, ${jsonLiteral(caps)}, ${jsonLiteral(seen ?? {})}, null)`;
  const ask = () => connection.call(call, isBefore ? '; nothing was sent' : '');
  const isAlone = facts.every(({ fact }) => kindsOfRecord.has(fact.kind));
  const rows = await (isAlone ? connection.asOutcome(ask) : ask());
  const answer = onlyRow(call, rows).object('answer');
  if (answer.has('lost')) throw watch?.lost(seen ?? { link: 0, hash: '' }) ?? new TypeError('lost unseen');
  if (answer.has('conflict')) return { kind: 'conflict', keys: answer.list('conflict') };
  if (answer.has('over')) return overOf(answer, caps);
  const head = { link: answer.number('link'), hash: answer.text('hash') };
  watch?.keep(head);
  const first = answer.number('first');
  return {
    kind: 'appended',
    head,
    at: answer.text('at'),
    versions: facts.map((_, place) => first + place),
  };
}

/** Encodes a fact for the SQL function: the JSON text unchanged, the texts as base64. */
export function asItem({ fact, texts = {}, after, equalAfter }: NewFact) {
  const names = textNames(texts);
  const inBase64 = names.map((name) => [name, Buffer.from(texts[name] ?? '').toString('base64')]);
  return {
    fact: JSON.stringify(fact),
    after,
    equalAfter,
    texts: names.length === 0 ? undefined : Object.fromEntries(inBase64),
  };
}

function overOf(answer: Fields, caps: readonly CapCheck[]): Appended {
  const cap = caps[answer.number('over')];
  if (cap === undefined) throw new TypeError('the record names a cap that was not asked');
  return { kind: 'over', cap, used: answer.text('used') };
}
