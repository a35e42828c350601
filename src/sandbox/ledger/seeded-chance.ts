// Chance that comes out the same again: what is drawn follows from a seed and a position alone.

/** A number from 0 up to but not including 1; each call answers the next one. */
export type Chance = () => number;

/**
 * A number from 0 up to but not including 1, the same for the same three whole numbers.
 * Murmur's finalizer after each of them; good enough for faults and sample data, and for nothing secret.
 */
export function seededChance(seed: number, position: number, salt = 0): number {
  const mixed = mix(mix(mix(seed ^ 0x9e3779b9) ^ position) ^ salt);
  return mixed / 2 ** 32;
}

function mix(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
