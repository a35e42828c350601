// Generates reproducible random numbers from a seed and a position.

/** A number from 0 up to but not including 1; each call returns the next number. */
export type Chance = () => number;

/**
 * A number from 0 up to but not including 1, the same for the same three whole numbers.
 * Applies Murmur's finalizer after each number; good enough for faults and sample data, but not for secrets.
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
