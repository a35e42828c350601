// Why a command is refused, by name, in the order in which the reasons take precedence.

/**
 * The order of precedence: a command that breaks several rules is refused for the first of them.
 * Shape comes before look-ups and look-ups before limits; the category picks the API's error type (Orb docs: error responses, §17.5).
 */
export const refusals = {
  'amount-not-positive': 'validation',
  'amount-too-large': 'validation',
  'cost-basis-negative': 'validation',
  'cost-basis-too-large': 'validation',
  'invoice-without-cost-basis': 'validation',
  'cost-basis-without-invoice': 'validation',
  'currency-unknown': 'constraint',
  'currency-not-invoiced': 'constraint',
  'block-unknown': 'not-found',
  'block-of-other-currency': 'constraint',
  'source-ambiguous': 'constraint',
  'source-missing': 'constraint',
  'source-expiry-differs': 'constraint',
  'block-expired': 'constraint',
  'expiry-before-effective': 'constraint',
  'target-before-effective': 'constraint',
  'balance-insufficient': 'constraint',
  'void-above-initial': 'constraint',
  'amendment-above-decremented': 'constraint',
} as const satisfies Record<string, 'validation' | 'not-found' | 'constraint'>;

export type RefusalName = keyof typeof refusals;

export interface Refusal {
  readonly refused: RefusalName;
  /** For the person who asked. */
  readonly sentence: string;
}

export function refuse(refused: RefusalName, sentence: string): Refusal {
  return { refused, sentence };
}

export function isRefusal<T extends object>(outcome: T | Refusal): outcome is Refusal {
  return 'refused' in outcome;
}
