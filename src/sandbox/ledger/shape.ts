// Checks the rules of a command that need no account: amounts within limits, and invoices that have a price.
import { type Amount, isNegative, isPositive } from '../../credits/exact.ts';
import { type Refusal, refuse } from './model.ts';

/**
 * Digits that an amount may have on either side of its decimal point.
 * Model: no limit is stated anywhere (a choice of ours, see docs/embedded-ledger.md), and this is enough for any real amount.
 */
export const digitsMax = 18;

/** The part of a command that shape rules check. */
export interface CommandShape {
  /** `null` if the command has no amount and needs none. */
  readonly amount: Amount | null;
  readonly costBasis: Amount | null;
  readonly invoiced: boolean;
}

/** Every broken shape rule, in order of precedence (contract: AddCreditLedgerEntryRequestParams rules a and b). */
export function shapeRefusals(shape: CommandShape): readonly Refusal[] {
  return [...amountRefusals(shape.amount), ...costBasisRefusals(shape)];
}

function* amountRefusals(amount: Amount | null): Iterable<Refusal> {
  if (amount === null) return;
  if (!isPositive(amount)) {
    yield refuse('amount-not-positive', `amount: ${amount} is not greater than 0`);
  } else if (!isSane(amount)) {
    yield refuse(
      'amount-too-large',
      `amount: at most ${digitsMax} digits are allowed on either side of the decimal point`,
    );
  }
}

function* costBasisRefusals({ costBasis, invoiced }: CommandShape): Iterable<Refusal> {
  if (costBasis === null) {
    if (invoiced) {
      yield refuse(
        'invoice-without-cost-basis',
        'per_unit_cost_basis: must be specified when invoice_settings is passed',
      );
    }
    return;
  }
  if (isNegative(costBasis)) {
    yield refuse('cost-basis-negative', `per_unit_cost_basis: ${costBasis} is less than 0`);
  } else if (!isSane(costBasis)) {
    yield refuse(
      'cost-basis-too-large',
      `per_unit_cost_basis: at most ${digitsMax} digits are allowed on either side of the decimal point`,
    );
  }
  if (isPositive(costBasis) && !invoiced) {
    yield refuse(
      'cost-basis-without-invoice',
      'invoice_settings: must be included when per_unit_cost_basis is greater than zero',
    );
  }
}

export function isSane(amount: Amount): boolean {
  const [whole = '', fraction = ''] = amount.split('.');
  return whole.replace('-', '').length <= digitsMax && fraction.length <= digitsMax;
}
