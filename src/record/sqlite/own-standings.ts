// How the writes stand that this process has noted and not ended, so that they are not read again before their ends.
import type { Head } from '../record.ts';
import type { Standing } from '../standing.ts';

/**
 * A standing follows from the chain, so what is kept holds for as long as the chain has the same head. Any link that
 * another process adds makes it another one. A lease alone is not chained: see `forget`.
 */
export class OwnStandings {
  readonly #open = new Map<string, Standing>();
  /** The hash of the link after which they stand so. */
  #hash = '';

  /** The standing of these keys, by key. @param read what is not known, from the database */
  of(
    { hash }: Head,
    keys: readonly string[],
    read: (keys: readonly string[]) => ReadonlyMap<string, Standing>,
  ): ReadonlyMap<string, Standing> {
    if (hash !== this.#hash) this.forget();
    const standings = new Map<string, Standing>();
    const missing: string[] = [];
    for (const key of keys) {
      const own = this.#open.get(key);
      if (own === undefined) missing.push(key);
      else standings.set(key, own);
    }
    if (missing.length === 0) return standings;
    for (const [key, standing] of read(missing)) standings.set(key, standing);
    return standings;
  }

  /** Keeps what a link made of the keys that it is about; if that link never comes to the disk, it is no head. */
  keep({ hash }: Head, after: ReadonlyMap<string, Standing>): void {
    this.#hash = hash;
    for (const [key, standing] of after)
      if (standing.state === 'noted') this.#open.set(key, standing);
      else this.#open.delete(key);
  }

  /** To be called after a change that is not chained. */
  forget(): void {
    this.#open.clear();
  }
}
