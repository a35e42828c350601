// Lists the pricing units and currencies that a ledger can be kept in, and adds pricing units for an operator.

import { defaultCurrency } from '../../credits/customer.ts';
import { realCurrencies } from '../../credits/real-money.ts';
import type { Database } from '../../database/driver.ts';
import { addedUnits, addUnit } from '../store/units.ts';

/** `given`: a pricing unit that every account has. `added`: a pricing unit that an operator added. `currency`: of ISO 4217. */
export type UnitKind = 'given' | 'added' | 'currency';

export interface Unit {
  readonly id: string;
  readonly kind: UnitKind;
}

export function unitSettings(database: Database) {
  return {
    /** Pricing units first, in the order of their addition, then currencies by their code. */
    list: (): readonly Unit[] => [
      { id: defaultCurrency, kind: 'given' },
      ...addedUnits(database).map((id): Unit => ({ id, kind: 'added' })),
      ...[...realCurrencies].map((id): Unit => ({ id, kind: 'currency' })),
    ],
    /** Adds a pricing unit, which may already exist. @param id a name that `problemOf` accepts */
    add: (id: string): void => {
      if (id !== defaultCurrency && !realCurrencies.has(id)) addUnit(database, id);
    },
    problemOf,
  };
}

const lengthMax = 100;

/** The problem with the name of a new pricing unit, as the end of a sentence; `undefined` if the name is valid. */
function problemOf(id: string): string | undefined {
  if (id === '' || id.length > lengthMax) return `must have 1 to ${lengthMax} characters`;
  if (!/^[\p{L}\p{N}_.:-]+$/u.test(id)) return 'may have letters, digits and _ . : - only';
  const code = id.toUpperCase();
  const twin = realCurrencies.has(code) ? code : defaultCurrency;
  if (id === twin || (code !== twin && id.toLowerCase() !== twin)) return undefined;
  return `differs from ${twin} in its capitals only, so that one would be taken for the other`;
}
