// What is predicted of a write, and whether it can work at all.
import { CreditctlError } from '../errors.ts';
import type { Effect } from '../requests/prediction.ts';

export interface Prediction {
  readonly effect: Effect;
  readonly zone: string;
  /** The customer's name, where the prediction asked for it. */
  readonly name?: string | undefined;
  /** Why the write can never work, if that is so. */
  readonly impossible?: string | undefined;
}

/** Throws a `refused` error rather than ask a person about a write that the API is sure to refuse. */
export function checkPossible(prediction: Prediction | undefined): void {
  if (prediction?.impossible === undefined) return;
  const message = `The write cannot work: ${prediction.impossible}. Nothing was written`;
  throw new CreditctlError('refused', message, { applied: 'no', retrySafe: true });
}
