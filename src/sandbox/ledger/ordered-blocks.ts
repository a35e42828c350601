// Keeps blocks sorted by a key in memory; blocks with equal keys stay in order of creation.
import type { Block } from './model.ts';

interface Place {
  readonly key: string | number;
  /** Counts up in order of creation. */
  readonly index: number;
  readonly id: string;
}

/** The ids of the blocks that have a key, in ascending order of their keys. */
export class OrderedBlocks {
  readonly #keyOf: (block: Block) => string | number | null;
  readonly #places: Place[] = [];

  /** @param keyOf the key of a block; `null` leaves the block out */
  constructor(keyOf: (block: Block) => string | number | null) {
    this.#keyOf = keyOf;
  }

  /** Adds a block, or moves it to its new position. @param before the former state of the block, if it was added before */
  put(index: number, block: Block, before: Block | undefined): void {
    const key = this.#keyOf(block);
    const keyBefore = before === undefined ? null : this.#keyOf(before);
    if (key === keyBefore) return;
    if (keyBefore !== null) this.#places.splice(this.#find(keyBefore, index), 1);
    if (key !== null) this.#places.splice(this.#find(key, index), 0, { key, index, id: block.id });
  }

  get size(): number {
    return this.#places.length;
  }

  at(position: number): string | undefined {
    return this.#places.at(position)?.id;
  }

  /** How many blocks have a lower key. */
  countBelow(key: string | number): number {
    return this.#find(key, -1);
  }

  #find(key: string | number, index: number): number {
    let low = 0;
    let high = this.#places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const place = this.#places[middle];
      const before = place !== undefined && (place.key < key || (place.key === key && place.index < index));
      if (before) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
