import { expect, test } from 'vitest';
import { isResumable, isRunHeld } from '../../../../src/batch/apply/recorded/recorded-runs.ts';

const now = Date.UTC(2026, 10, 27, 12);
const at = (ms: number): string => new Date(now + ms).toISOString();
const own = { machine: 'here', pid: 1 };
const held = (machine: string, pid: number, isAlive: boolean, leaseUntil = at(1000)): boolean =>
  isRunHeld({ runner: { machine, pid }, leaseUntil }, now, { runner: own, isAlive: () => isAlive });

test('a process holds what it began while its lease runs, and a dead one of this machine holds nothing', () => {
  expect(held('elsewhere', 7, false)).toBe(true);
  expect(held('here', 7, true)).toBe(true);
  expect(held('here', 7, false)).toBe(false);
  expect(held('elsewhere', 7, true, at(0))).toBe(false);
  expect(held('here', 7, true, at(-1))).toBe(false);
  expect(held('elsewhere', 7, true, 'nonsense')).toBe(false);
});

test('a batch goes on while a run was cut off or left rows, unless it was taken back', () => {
  const counts = { succeeded: 1, failed: 0, unknown: 0, unprocessed: 0 };
  const last = (more: object) =>
    isResumable({ counts, isUndo: false, ...more } as Parameters<typeof isResumable>[0]);
  expect(last({})).toBe(false);
  expect(last({ counts: null })).toBe(true);
  expect(last({ counts: { ...counts, unprocessed: 1 } })).toBe(true);
  expect(last({ counts: null, isUndo: true })).toBe(false);
});
