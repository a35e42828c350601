// How often each reason was given: many rows have few reasons, and a text with an id in it may not fill the memory.

/** Different reasons beyond these are counted together. */
const reasonsMax = 1000;
const otherReasons = 'other reasons';

export class ReasonCount {
  readonly #rows = new Map<string, number>();

  add(reason: string, rows = 1): void {
    if (rows === 0) return;
    const name = this.#rows.has(reason) || this.#rows.size < reasonsMax ? reason : otherReasons;
    this.#rows.set(name, (this.#rows.get(name) ?? 0) + rows);
  }

  /** The most frequent first. */
  all(): readonly { readonly reason: string; readonly rows: number }[] {
    return [...this.#rows]
      .map(([reason, rows]) => ({ reason, rows }))
      .sort((a, b) => b.rows - a.rows || (a.reason < b.reason ? -1 : 1));
  }
}
