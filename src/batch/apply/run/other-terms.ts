// Grants of a batch that the API gave another expiry, price or filter than was asked for: one warning, and a note on each row in the files.
import { counted } from '../../../credits/exact.ts';
import { otherTerms } from '../../../requests/granted-terms.ts';
import type { BatchWrite } from '../../plan/plan-lines.ts';
import { ReasonCount } from '../results/results.ts';

/** Rows that get a note in the files; an API that gets all of them wrong must not fill the memory. */
const keptMax = 100_000;
/** How many rows the warning names, and how many kinds of differences. */
const namedMax = 10;
const shownMax = 5;

export class OtherTerms {
  readonly #warnings = new ReasonCount();
  readonly #kept = new Map<string, string>();
  readonly #firstRows: number[] = [];
  #rows = 0;

  /** Returns what is to be kept in the record about this row; `undefined` where all is as it was asked for. */
  add({ row, key, request }: BatchWrite, answer: Parameters<typeof otherTerms>[1]): string | undefined {
    const sentences = otherTerms(request, answer);
    if (sentences.length === 0) return undefined;
    const warning = sentences.join('. ');
    this.#rows += 1;
    this.#warnings.add(warning);
    if (this.#firstRows.length < namedMax) this.#firstRows.push(row);
    if (this.#kept.size < keptMax) this.#kept.set(key, warning);
    return warning;
  }

  get isNone(): boolean {
    return this.#rows === 0;
  }

  /** What the files say of a row; `undefined` if there is nothing to say. */
  of(key: string) {
    const message = this.#kept.get(key);
    return message === undefined ? undefined : { message, status: null, requestId: null };
  }

  /** The one warning of all of them; `undefined` if there is none. */
  note() {
    if (this.#rows === 0) return undefined;
    const warnings = this.#warnings.all();
    const more = warnings.length > shownMax ? [`and ${warnings.length - shownMax} other warnings`] : [];
    const rest = this.#rows > this.#firstRows.length ? ' and more' : '';
    const [differ, named] = this.#rows === 1 ? ['differs', 'row'] : ['differ', 'rows'];
    const text = [
      `Warning: ${counted(this.#rows, 'grant')} ${differ} from the plan: ${named} ${this.#firstRows.join(', ')}${rest}`,
      ...warnings.slice(0, shownMax).map(({ reason, rows }) => `${counted(rows, 'row')}: ${reason}`),
      ...more,
    ].join('\n');
    return { text, data: { other_terms: { rows: this.#rows, warnings } } };
  }
}
