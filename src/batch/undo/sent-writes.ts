// The writes of an undoing as they are sent: what of them is in the ledger, what was refused, and of which nobody knows.
import { CreditctlError } from '../../errors.ts';
import { isDone } from '../apply/plan-scan.ts';
import { type CarriedRow, type Carrying, isAnswer } from '../apply/write-rows.ts';
import { Moved } from './summary.ts';

/** The writes of a run that are in the ledger, summed; only those of which nobody knows and those that were refused are kept. */
export class Sent {
  readonly carrying: Carrying;
  readonly #moved = new Moved();
  readonly #inDoubt = new Map<string, CarriedRow['request']>();
  readonly #refusals = new Map<string, string>();

  constructor(carrying: Carrying) {
    const send: Carrying['send'] = async (request, key, how) => {
      this.#inDoubt.set(key, request);
      try {
        const reply = await carrying.send(request, key, how);
        this.#moved.add(request);
        this.#inDoubt.delete(key);
        return reply;
      } catch (error) {
        if (error instanceof CreditctlError) this.#failed(key, error);
        throw error;
      }
    };
    this.carrying = { ...carrying, send };
  }

  /** Why writes were refused for good, by their keys: to send them again would change nothing. */
  get refusals(): ReadonlyMap<string, string> {
    return this.#refusals;
  }

  #failed(key: string, error: CreditctlError): void {
    if (error.facts.applied === 'no') this.#inDoubt.delete(key);
    if (isAnswer(error)) this.#refusals.set(key, error.message);
  }

  /** To be asked when all is over: what was in doubt and has been found in the ledger since is in doubt no more. */
  end(): { readonly moved: Moved; readonly unknown: number } {
    for (const [key, request] of this.#inDoubt) {
      if (!isDone(this.carrying.states.get(key))) continue;
      this.#moved.add(request);
      this.#inDoubt.delete(key);
    }
    return { moved: this.#moved, unknown: this.#inDoubt.size };
  }
}
