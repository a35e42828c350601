// Checks writes against the policy before a person is asked: refuses them, or demands a text to type back.

import { creatableEntryTypes, unitAfter } from '../credits/customer.ts';
import { type Amount, add, amount as amountOf, compare, isTyped, zero } from '../credits/exact.ts';
import { type CreditctlError, notApplied } from '../errors.ts';
import { factsOf, isUnknown, type WriteFacts } from '../policy/facts.ts';
import { approvalReason, approvalTerms, type Breach, isGrant, judge } from '../policy/judge.ts';
import type { Policy } from '../policy/rules.ts';
import { readTarget } from '../requests/raw-target.ts';
import { type ApiRequest, targetText } from '../requests/request.ts';
import { capsCustomers, customerToday, grantsSince } from './cap-room.ts';
import type { TypedBack } from './consent.ts';
import type { Prediction } from './entry-effect.ts';
import type { SubmitContext } from './submission.ts';

export interface Guarded {
  readonly request: ApiRequest;
  /** Whether a person wrote the path of the request; see `factsOf`. */
  readonly isRaw?: boolean;
  /** The idempotency key, if it is known before the write is noted. */
  readonly key?: string | undefined;
  readonly effect: (() => Promise<Prediction>) | undefined;
  /** Whether the write belongs to a plan, which has all signatures that it needs. */
  readonly isPlanned?: boolean;
  /** Whether creditctl gave the description; see `Circumstances`. */
  readonly hasOwnText?: boolean;
}

/**
 * Checks a write against the policy of its profile. Returns the text to type back, if any. Throws a `refused` error that
 * names each broken rule, and if the policy itself cannot be read.
 */
export async function guard(
  { request, isRaw = false, effect, key, isPlanned = false, hasOwnText }: Guarded,
  { connection, runtime }: SubmitContext,
): Promise<TypedBack | undefined> {
  const policy = await runtime.policy(connection);
  const said = factsOf(request, { isRaw });
  const wanted =
    said !== undefined && isUnknown(said) ? wholeRequest(request) : destruction(request, { isRaw });
  if (policy.length === 0 || said === undefined) return wanted;
  const moved = said.amount ?? (await movedBy(effect));
  const amount = moved ?? (await deletedBy(request, said, { policy, connection }));
  const facts = { ...said, amount };
  const grantedToday = await grantedSoFar(facts, { policy, key }, { connection, runtime });
  const { breaches, confirmAbove } = judge(facts, policy, { isPlanned, grantedToday, hasOwnText });
  if (breaches.length > 0) throw refusedBy(breaches, facts);
  if (confirmAbove === undefined || amount === undefined) return wanted;
  return {
    what: 'the amount',
    text: amount,
    why: `${amount} ${unitAfter(amount, facts.currency)} is more than ${confirmAbove.limit} (${confirmAbove.name}, ${confirmAbove.source})`,
    matches: (answer) => isTyped(answer, amount),
  };
}

/**
 * Checks several writes that belong together. A person must type back what a write destroys, or else the text that the
 * policy asks for; for several writes, the total of their credits. Throws as `guard` does.
 */
export async function guardAll(
  writes: readonly (Guarded & { readonly typedBack?: TypedBack })[],
  total: Amount | undefined,
  { connection, runtime }: SubmitContext,
): Promise<TypedBack | undefined> {
  let typedBack: TypedBack | undefined;
  for (const write of writes) {
    const guarded = await guard(write, { connection, runtime });
    typedBack = write.typedBack ?? guarded ?? typedBack;
  }
  if (writes.length === 1 || total === undefined) return typedBack;
  await checkTogether(writes, total, { connection, runtime });
  if (typedBack === undefined) return undefined;
  const matches = (answer: string): boolean => isTyped(answer, total);
  return { ...typedBack, what: 'the amount of all together', text: amountOf(total), matches };
}

/**
 * The text of a `--confirm` that no rule asks for: the amount, if it is known, the block, or the whole raw request. So a
 * command line with a changed amount and an old `--confirm` is no consent.
 */
export function unaskedTypedBack(
  [first, ...others]: readonly Guarded[],
  total: Amount | undefined,
): TypedBack | undefined {
  const isAlone = first !== undefined && others.length === 0;
  const amount = isAlone ? factsOf(first.request, first)?.amount : total;
  if (amount === undefined) return undefined;
  const block = isAlone ? first.request.body?.block_id : undefined;
  const request = isAlone && first.isRaw === true ? wholeRequest(first.request) : undefined;
  const matches = (answer: string): boolean =>
    answer === block || isTyped(answer, amount) || request?.matches(answer) === true;
  return { what: 'the amount', text: amount, why: `the amount is ${amount}`, matches };
}

/** Checks the total of the parts of one undo, because each part alone could stay below the limit. */
async function checkTogether(
  [first]: readonly Guarded[],
  total: Amount,
  { connection, runtime }: SubmitContext,
): Promise<void> {
  const terms = approvalTerms(await runtime.policy(connection));
  const facts = first === undefined ? undefined : factsOf(first.request);
  if (terms === undefined || facts === undefined) return;
  const sentence = approvalReason(terms, { amount: total, currency: facts.currency });
  if (sentence !== undefined) throw refusedBy([{ rule: 'approval.from', sentence }], facts);
}

/** The whole request as the text to type back, for a request whose effect creditctl does not know. */
function wholeRequest(request: ApiRequest): Required<TypedBack> {
  const { method, path } = request;
  const text = `${method} ${targetText(request)}`;
  return {
    what: 'the request',
    text,
    why: `what ${text} does is not known, and it may move credits`,
    matches: (answer) => {
      const [, said, where = ''] = /^(\S+)\s+(\S.*)$/.exec(answer) ?? [];
      const target = readTarget(where, undefined);
      if (said?.toUpperCase() !== method || 'problem' in target || target.path !== path) return false;
      return target.query.length === 0 || targetText({ method, ...target }) === targetText(request);
    },
  };
}

/**
 * The id as the text to type back, for any request that deletes: a raw request is no way around this. A raw request may
 * also be typed back as a whole.
 */
function destruction(request: ApiRequest, { isRaw }: { readonly isRaw: boolean }): TypedBack | undefined {
  if (request.method !== 'DELETE') return undefined;
  const id = decodeURIComponent(request.path.split('/').at(-1) ?? '');
  const whole = isRaw ? { matches: wholeRequest(request).matches } : {};
  return { what: 'the id', text: id, why: `the write deletes ${id}`, ...whole };
}

/**
 * The amount of a change of expiry without an amount: all credits that are left in the block. Zero if the block is not an
 * open block of the customer: the API refuses such a write.
 */
async function movedBy(effect: Guarded['effect']): Promise<Amount | undefined> {
  if (effect === undefined) return undefined;
  const { moves } = (await effect()).effect;
  return moves.find(({ block }) => block === undefined)?.after ?? zero;
}

/** The amount of a block deletion, which removes all credits ever granted in the block. Read only if signatures need it. */
async function deletedBy(
  { path }: ApiRequest,
  { type }: WriteFacts,
  { policy, connection }: { readonly policy: Policy } & Pick<SubmitContext, 'connection'>,
): Promise<Amount | undefined> {
  if (type !== 'block_delete' || approvalTerms(policy) === undefined) return undefined;
  const { record } = await connection.api.block(decodeURIComponent(path.split('/').at(-1) ?? ''));
  const { balance, maximum_initial_balance: initial } = record;
  return initial !== null && compare(initial, balance) > 0 ? initial : balance;
}

/**
 * Today's grants of the customer before the question; the record checks the cap again when it notes the write. The ledger
 * also has grants by other programs. An entry under this write's own key is left out.
 */
async function grantedSoFar(
  facts: WriteFacts,
  { policy, key }: { readonly policy: Policy; readonly key: string | undefined },
  { connection, runtime }: SubmitContext,
): Promise<Amount | undefined> {
  const { customer, currency } = facts;
  if (customer === undefined || !isGrant(facts)) return undefined;
  if (!capsCustomers(policy)) return undefined;
  const { from } = await customerToday(customer, { connection, runtime });
  let total: Amount = zero;
  // Only grants are summed, because voids and decrements do not release room under a cap.
  for await (const { mark, amount } of grantsSince(from, { ref: customer, currency }, connection))
    if (key === undefined || mark !== key) total = add(total, amount);
  return total;
}

/** The error for broken rules. It suggests a signed plan only for an entry, because other writes cannot be planned. */
function refusedBy(breaches: readonly Breach[], { type }: WriteFacts): CreditctlError {
  const sentences = breaches.map(({ sentence }) => sentence).join('; ');
  const message = `The policy refuses this write: ${sentences}; nothing was written`;
  const isEntry = creatableEntryTypes.some((each) => each === type);
  const isUnsigned = isEntry && breaches.some(({ rule }) => rule === 'approval.from');
  const next = [
    ...(isUnsigned
      ? ['Plan the entry and have the plan signed: creditctl ledger add <customer> … --plan <file>']
      : []),
    ...(isUnsigned && breaches.length === 1
      ? []
      : ['Change the write, or have the rule changed by whoever keeps the policy']),
  ];
  return notApplied('refused', message, next);
}
