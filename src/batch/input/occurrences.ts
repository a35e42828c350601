// Counts equal rows among millions: a hash table of 12 bytes a slot, without strings.

const slotsAtFirst = 1 << 12;

/** Rows whose digests share the first 64 bits count as equal; their idempotency keys still differ. */
export class Occurrences {
  #high = new Uint32Array(slotsAtFirst);
  #low = new Uint32Array(slotsAtFirst);
  /** 0 marks a free slot. */
  #counts = new Uint32Array(slotsAtFirst);
  #taken = 0;

  /** Returns 1 for the first row of a digest, 2 for the second. @param digest at least 16 hex digits, evenly distributed */
  next(digest: string): number {
    const high = Number.parseInt(digest.slice(0, 8), 16);
    const low = Number.parseInt(digest.slice(8, 16), 16);
    const slot = this.#find(high, low);
    if (this.#counts[slot] === 0) {
      if (this.#taken >= this.#counts.length * 0.7) {
        this.#grow();
        return this.next(digest);
      }
      this.#taken += 1;
      this.#put(slot, { high, low, count: 1 });
      return 1;
    }
    const count = (this.#counts[slot] ?? 0) + 1;
    this.#counts[slot] = count;
    return count;
  }

  #find(high: number, low: number): number {
    const mask = this.#counts.length - 1;
    let slot = low & mask;
    while (this.#counts[slot] !== 0 && (this.#high[slot] !== high || this.#low[slot] !== low)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #put(slot: number, { high, low, count }: { high: number; low: number; count: number }): void {
    this.#high[slot] = high;
    this.#low[slot] = low;
    this.#counts[slot] = count;
  }

  #grow(): void {
    const [highs, lows, counts] = [this.#high, this.#low, this.#counts];
    const slots = counts.length * 2;
    this.#high = new Uint32Array(slots);
    this.#low = new Uint32Array(slots);
    this.#counts = new Uint32Array(slots);
    for (let old = 0; old < counts.length; old += 1) {
      const [high = 0, low = 0, count = 0] = [highs[old], lows[old], counts[old]];
      if (count > 0) this.#put(this.#find(high, low), { high, low, count });
    }
  }
}
