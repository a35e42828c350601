// Collects grants whose expiry, price or filter differs from the request, for one warning and for notes in the result files.
import { counted } from '../../../credits/exact.ts';
import { otherTerms } from '../../../requests/granted-terms.ts';
import type { BatchWrite } from '../../plan/plan-lines.ts';
import { ReasonCount } from '../results/results.ts';

/** Most rows with a note in the files; a faulty API must not fill the memory. */
const keptMax = 100_000;
/** Most rows, and most kinds of differences, that the warning names. */
const namedMax = 10;
const shownMax = 5;

export class OtherTerms {
  readonly #warnings = new ReasonCount();
  readonly #kept = new Map<string, string>();
  readonly #firstRows: number[] = [];
  #rows = 0;

  /** Returns a note about this row for the record; `undefined` if the grant matches its request. */
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

  /** The note in the files for a row; `undefined` if there is none. */
  of(key: string) {
    const message = this.#kept.get(key);
    return message === undefined ? undefined : { message, status: null, requestId: null };
  }

  /** One warning for all differing grants; `undefined` if there are none. */
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
