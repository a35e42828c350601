import { expect, test } from 'vitest';
import { isOld } from '../../../../src/batch/apply/recorded/open-rows.ts';
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

test('a key is old after 47 hours by the clock of the record, or of an embedded ledger, and where its age is in doubt', () => {
  const hours = 3_600_000;
  const noted = (notedAt: string, ledgerAt: string | null = null) => ({ notedAt, ledgerAt });
  const clocks = { record: now, ledger: undefined };
  expect(isOld(noted(at(-46 * hours)), clocks)).toBe(false);
  expect(isOld(noted(at(-47 * hours)), clocks)).toBe(true);
  expect(isOld(noted(at(1)), clocks)).toBe(true);
  expect(isOld(noted('nonsense'), clocks)).toBe(true);
  expect(isOld(noted(at(0), at(-48 * hours)), { record: now, ledger: now })).toBe(true);
  expect(isOld(noted(at(-48 * hours), at(0)), { record: now, ledger: now })).toBe(false);
  expect(isOld(noted(at(0)), { record: now, ledger: now })).toBe(true);
});
