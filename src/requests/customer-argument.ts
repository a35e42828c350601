// Who is meant: the leading positional `<customer>`, or one of the two flags that may stand in its place.
import { type CustomerRef, isPathSegment, parseCustomerRef } from '../credits/customer-ref.ts';
import { visible } from '../credits/text.ts';
import type { Problem } from '../errors.ts';

export interface CustomerFlags {
  readonly externalCustomerId?: string;
  readonly customerId?: string;
}

export interface CustomerArgument {
  /** `undefined` if no customer was named, or a wrong one (then there are problems). */
  readonly customer: CustomerRef | undefined;
  /** The positionals that follow the customer. */
  readonly rest: readonly string[];
  readonly problems: readonly Problem[];
}

export const customerMissing: Problem = {
  where: '<customer>',
  problem: 'is missing: name an external customer id, or id:… for an Orb id',
  isMissing: true,
};

/** @param most how many positionals may follow the customer */
export function readCustomerArgument(
  words: readonly string[],
  flags: CustomerFlags,
  most = 0,
): CustomerArgument {
  const { externalCustomerId, customerId } = flags;
  if (externalCustomerId !== undefined && customerId !== undefined) {
    return wrong('--customer-id', 'goes without --external-customer-id');
  }
  const byFlag = fromFlag(flags);
  if (byFlag !== undefined) {
    const flag = customerId === undefined ? '--external-customer-id' : '--customer-id';
    if (words.length > most) return wrong('<customer>', `is named twice: as "${words[0]}" and by ${flag}`);
    if (!isPathSegment(byFlag.id)) return wrong(flag, `is not an id: "${visible(byFlag.id)}"`);
    return { customer: byFlag, rest: words, problems: [] };
  }
  const [first, ...rest] = words;
  if (first === undefined) return { customer: undefined, rest, problems: [] };
  const customer = parseCustomerRef(first);
  if (customer === undefined) return wrong('<customer>', `is not an id: "${visible(first)}"`);
  return { customer, rest, problems: [] };
}

function fromFlag({ externalCustomerId, customerId }: CustomerFlags): CustomerRef | undefined {
  if (externalCustomerId !== undefined) return { by: 'external', id: externalCustomerId };
  return customerId === undefined ? undefined : { by: 'id', id: customerId };
}

const wrong = (where: string, problem: string): CustomerArgument => ({
  customer: undefined,
  rest: [],
  problems: [{ where, problem }],
});
