// Makes the rows of a batch that repair a finding, or a sentence about a part that no row can repair. Pure.

import { dayBeginningAt } from '../../credits/calendar.ts';
import { type Customer, defaultCurrency } from '../../credits/customer.ts';
import {
  type Amount,
  type Instant,
  isNegative,
  isPositive,
  negate,
  smaller,
  subtract,
  zero,
} from '../../credits/exact.ts';
import type { Grant } from '../../reports/granted.ts';
import type { Finding } from '../../reports/reconciliation.ts';
import { type EntryDraft, type EntryField, withDefaultExpiry } from '../../requests/entry-draft.ts';
import { entryBody } from '../../requests/entry-request.ts';
import { type JsonObject, jsonNumber } from '../../wire/json.ts';
import type { ExpectedRow } from './expected-rows.ts';

export interface RepairContext {
  readonly customer: Pick<Customer, 'id'>;
  readonly currency: string;
  readonly zone: string;
  readonly now: Instant;
  readonly referenceKey: string;
  /** Default expiry of the policy, for grants without an expiry. */
  readonly defaultExpiry: string | undefined;
  /** Name of a field in the user's file. */
  readonly nameOf: (field: EntryField) => string;
}

export interface Repair {
  /** Bodies of entries, each with the id of its customer. */
  readonly rows: readonly JsonObject[];
  /** Why a part of the finding cannot be repaired; `undefined` if every part can. */
  readonly cannot: string | undefined;
}

type Found = Finding<ExpectedRow>;

const nothing = (cannot: string | undefined): Repair => ({ rows: [], cannot });

/** Makes the repairs of one ledger, in the order of its findings. A void comes before a change of the unused rest. */
export class Repairs {
  readonly #context: RepairContext;
  /** Credits left in a block after the voids so far. */
  readonly #left = new Map<string, Amount>();

  constructor(context: RepairContext) {
    this.#context = context;
  }

  of(found: Found): Repair {
    const { finding, row, grant } = found;
    if (finding === 'missing' && row !== undefined) return this.#granted(row, row.amount);
    if (row === undefined || grant === undefined) return nothing('Unexpected grants are only reported');
    if (finding === 'doubled') return this.#voided(found, grant, grant.amount);
    if (finding === 'wrong_amount') {
      const short = subtract(row.amount, grant.amount);
      return isNegative(short) ? this.#voided(found, grant, negate(short)) : this.#granted(row, short);
    }
    if (finding === 'wrong_expiry') return this.#moved(found, grant);
    return nothing('No entry changes a cost basis: void the grant, and grant it again');
  }

  #granted(row: ExpectedRow, amount: Amount): Repair {
    const { zone, now, defaultExpiry, nameOf } = this.#context;
    const draft: EntryDraft = { description: 'Reconciliation', ...row.draft, amount };
    const reading = entryBody(withDefaultExpiry(draft, defaultExpiry), { zone, now, nameOf });
    if ('problems' in reading) {
      const sentences = reading.problems.map(({ where, problem }) => `${where} ${problem}`);
      return nothing(`It cannot be granted: ${sentences.join('; ')}`);
    }
    return { rows: [{ ...this.#customer(), ...reading.body }], cannot: undefined };
  }

  /** Voids the newest credits first, as much as is still unused. */
  #voided({ row, finding }: Found, grant: Grant, amount: Amount): Repair {
    let open = amount;
    const rows: JsonObject[] = [];
    for (const { block } of [...grant.lots].reverse()) {
      const left = this.#leftIn(grant, block);
      const part = smaller(left, open);
      if (!isPositive(part)) continue;
      open = subtract(open, part);
      this.#left.set(block, subtract(left, part));
      const body = { entry_type: 'void', block_id: block, amount: jsonNumber(part) };
      rows.push({ ...this.#customer(), ...body, ...this.#why(row, finding, grant) });
    }
    const cannot = isPositive(open)
      ? `${open} of ${amount} credits cannot be voided: they were used or have expired`
      : undefined;
    return { rows, cannot };
  }

  /** Moves every part with a wrong expiry to the expected day. */
  #moved({ row, finding, expectedExpiry }: Found, grant: Grant): Repair {
    if (expectedExpiry === null) return nothing('No entry makes credits last for ever');
    const day = dayBeginningAt(expectedExpiry, this.#context.zone);
    if (day === undefined) return nothing('Credits can only be moved to the start of a day');
    const wrong = grant.lots.filter(({ expiry }) => expiry !== expectedExpiry);
    if (wrong.length === 0) return nothing('Nothing of the grant is left: it was used or has expired');
    const rows = wrong
      .filter(({ block }) => isPositive(this.#leftIn(grant, block)))
      .map(({ block }) => ({
        ...this.#customer(),
        ...{ entry_type: 'expiration_change', block_id: block, target_expiry_date: day },
        ...this.#why(row, finding, grant),
      }));
    return { rows, cannot: undefined };
  }

  #leftIn({ lots }: Grant, block: string): Amount {
    return this.#left.get(block) ?? lots.find((lot) => lot.block === block)?.left ?? zero;
  }

  #customer(): JsonObject {
    const { customer, currency } = this.#context;
    return { customer_id: customer.id, ...(currency === defaultCurrency ? {} : { currency }) };
  }

  #why(row: ExpectedRow | undefined, finding: string, { entry }: Grant): JsonObject {
    const metadata = row?.reference === undefined ? {} : { [this.#context.referenceKey]: row.reference };
    return {
      description: `Reconciliation: ${finding.replaceAll('_', ' ')} in grant ${entry.id}`,
      ...(row?.reference === undefined ? {} : { metadata }),
    };
  }
}
