// Reads the customer: the first positional `<customer>`, or one of the two flags instead of it.
import { type CustomerRef, isPathSegment, parseCustomerRef } from '../credits/customer-ref.ts';
import { visible } from '../credits/text.ts';
import type { Problem } from '../errors.ts';

export interface CustomerFlags {
  readonly externalCustomerId?: string;
  readonly customerId?: string;
}

export interface CustomerArgument {
  /** `undefined` if it is missing, or not valid (then there are problems). */
  readonly customer: CustomerRef | undefined;
  /** The positionals that follow the customer. */
  readonly rest: readonly string[];
  readonly problems: readonly Problem[];
}

export const customerMissing: Problem = {
  where: '<customer>',
  problem: 'is missing: enter an external customer id, or id:… for an Orb id',
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
    return wrong('--customer-id', 'cannot be used with --external-customer-id');
  }
  const byFlag = fromFlag(flags);
  if (byFlag !== undefined) {
    const flag = customerId === undefined ? '--external-customer-id' : '--customer-id';
    if (words.length > most) return wrong('<customer>', `is given twice: as "${words[0]}" and with ${flag}`);
    if (!isPathSegment(byFlag.id)) return wrong(flag, `is not a valid id: "${visible(byFlag.id)}"`);
    return { customer: byFlag, rest: words, problems: [] };
  }
  const [first, ...rest] = words;
  if (first === undefined) return { customer: undefined, rest, problems: [] };
  const customer = parseCustomerRef(first);
  if (customer === undefined) return wrong('<customer>', `is not a valid id: "${visible(first)}"`);
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
