// What is known of each row of a batch, by its key: 25 bytes a row and no strings, for millions of rows.

/** In the order in which a row goes through them. */
export const rowState = {
  /** Nothing is known: it was not planned. */
  none: 0,
  /** In the plan, and not begun or known not to have been carried out. */
  planned: 1,
  /** Begun; nobody has noted how it ended. */
  intended: 2,
  /** In the ledger since this run. */
  settled: 3,
  /** In the ledger since an earlier run. */
  already: 4,
  /** The API said no. */
  refused: 5,
  /** The reply was lost. */
  unknown: 6,
} as const;
export type RowState = (typeof rowState)[keyof typeof rowState];

const slotsAtFirst = 1 << 10;
const wordsOfKey = 4;

/** A table of keys; two keys that agree in their first 128 bits would be one, which never happens. */
export class RowStates {
  #keys = new Uint32Array(slotsAtFirst * wordsOfKey);
  #states = new Uint8Array(slotsAtFirst);
  #notes = new Float64Array(slotsAtFirst);
  #taken = 0;

  /** @param key a word, a dash and at least 32 hex digits, evenly spread */
  get(key: string): RowState {
    return (this.#states[this.#find(wordsOf(key))] ?? 0) as RowState;
  }

  set(key: string, state: Exclude<RowState, 0>): void {
    const slot = this.#slotOf(key);
    this.#states[slot] = state;
  }

  /** Keeps a number of the row, such as where its last line begins. */
  note(key: string, value: number): void {
    this.#notes[this.#slotOf(key)] = value;
  }

  noteOf(key: string): number {
    return this.#notes[this.#find(wordsOf(key))] ?? 0;
  }

  /** How many rows are in one of these states. */
  count(...states: readonly RowState[]): number {
    return this.#states.reduce((sum, state) => sum + (states.includes(state as RowState) ? 1 : 0), 0);
  }

  /** Makes another state of every row that is in one. */
  replace(from: Exclude<RowState, 0>, to: Exclude<RowState, 0>): void {
    for (let slot = 0; slot < this.#states.length; slot += 1)
      if (this.#states[slot] === from) this.#states[slot] = to;
  }

  #slotOf(key: string): number {
    const words = wordsOf(key);
    const slot = this.#find(words);
    if (this.#states[slot] !== rowState.none) return slot;
    if (this.#taken >= this.#states.length * 0.7) {
      this.#grow();
      return this.#slotOf(key);
    }
    this.#taken += 1;
    this.#keys.set(words, slot * wordsOfKey);
    this.#states[slot] = rowState.planned;
    return slot;
  }

  #find(words: Words): number {
    const mask = this.#states.length - 1;
    let slot = words[0] & mask;
    while (this.#states[slot] !== rowState.none && !this.#isAt(slot, words)) slot = (slot + 1) & mask;
    return slot;
  }

  #isAt(slot: number, words: Words): boolean {
    const at = slot * wordsOfKey;
    return (
      this.#keys[at] === words[0] &&
      this.#keys[at + 1] === words[1] &&
      this.#keys[at + 2] === words[2] &&
      this.#keys[at + 3] === words[3]
    );
  }

  #grow(): void {
    const [keys, states, notes] = [this.#keys, this.#states, this.#notes];
    const slots = states.length * 2;
    this.#keys = new Uint32Array(slots * wordsOfKey);
    this.#states = new Uint8Array(slots);
    this.#notes = new Float64Array(slots);
    for (let old = 0; old < states.length; old += 1) {
      if (states[old] === rowState.none) continue;
      const words = [0, 1, 2, 3].map((word) => keys[old * wordsOfKey + word] ?? 0) as unknown as Words;
      const slot = this.#find(words);
      this.#keys.set(words, slot * wordsOfKey);
      this.#states[slot] = states[old] ?? 0;
      this.#notes[slot] = notes[old] ?? 0;
    }
  }
}

type Words = readonly [number, number, number, number];

function wordsOf(key: string): Words {
  const at = key.indexOf('-') + 1;
  return [wordAt(key, at), wordAt(key, at + 8), wordAt(key, at + 16), wordAt(key, at + 24)];
}

/** Eight hex digits as a number; looked up many times a row, and several times as fast as `parseInt`. */
function wordAt(key: string, at: number): number {
  let word = 0;
  for (let index = at; index < at + 8; index += 1) word = (word << 4) | hexDigit(key.charCodeAt(index));
  return word >>> 0;
}

/** Of `0` to `9` the last four bits, of letters of either case nine more. */
const hexDigit = (code: number): number => (code & 15) + (code > 57 ? 9 : 0);
