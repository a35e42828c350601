// Collects the rows of a batch that break a rule of the policy: names the first ones and counts all.
import { notApplied } from '../../errors.ts';
import { rowBreaches, rowPolicy } from '../../policy/judge-batch.ts';
import type { Policy } from '../../policy/rules.ts';
import type { ApiRequest } from '../../requests/request.ts';
import { placeName, type RowPlace } from '../input/batch-file.ts';

/** Most sentences that the error shows. */
const shownMax = 100;

export class RowBreaches {
  readonly #rules: Policy;
  readonly #sentences: string[] = [];
  #rows = 0;
  #found = 0;

  constructor(policy: Policy) {
    this.#rules = rowPolicy(policy);
  }

  add(place: RowPlace, request: ApiRequest): void {
    const sentences = rowBreaches(request, this.#rules);
    if (sentences.length === 0) return;
    this.#rows += 1;
    this.#found += sentences.length;
    for (const sentence of sentences.slice(0, shownMax - this.#sentences.length))
      this.#sentences.push(`${placeName(place)}: ${sentence}`);
  }

  /** Throws a `refused` error if any row breaks a rule. @param next the ways out */
  end(next = planAgain): void {
    if (this.#rows === 0) return;
    const more = this.#found > shownMax ? [`and more: ${this.#rows} rows break a rule`] : [];
    const lines = ['The policy refuses this batch, and nothing was written:', ...this.#sentences, ...more];
    throw notApplied('refused', lines.join('\n'), next);
  }
}

const planAgain: readonly string[] = [
  'Change the file or the command and plan again, or have the rule changed by whoever keeps the policy',
];
