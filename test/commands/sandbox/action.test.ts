// What `sandbox clock`, `prices`, `units` and `webhooks` have in common: their words, and what makes a database.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readAction } from '../../../src/commands/sandbox/action.ts';
import { creditctl, expectUsage } from '../../support/command.ts';
import { freshHome } from '../../support/run.ts';

const actions = { list: undefined, add: ['<unit>', 'such as tokens'], clear: undefined } as const;

test.each([
  [[], ['list', '']],
  [['list'], ['list', '']],
  [
    ['add', 'x'],
    ['add', 'x'],
  ],
  [
    ['add', ''],
    ['add', ''],
  ],
])('%j is the action %j', (words, action) => expect(readAction(words, actions)).toEqual(action));

test.each([
  [['drop'], '<action> must be list, add or clear: "drop"'],
  [['toString'], '<action> must be list, add or clear: "toString"'],
  [['add'], '<unit> is missing, such as tokens'],
  [['add', 'x', 'y'], 'add takes no more arguments'],
  [['clear', 'x'], 'clear takes no more arguments'],
])('%j is wrong: %s', (words, message) => expect(() => readAction(words, actions)).toThrow(message));

test.each([
  'clock show',
  'faults show',
  'prices list',
  'prices remove call',
  'units list',
  'webhooks list',
  'webhooks log',
  'webhooks remove http://127.0.0.1:4011/',
])('sandbox %s makes no database of a mistyped name', async (line) => {
  const db = path.join(freshHome(), 'typo.db');
  expectUsage(await creditctl(`sandbox ${line} --db ${db}`), ['--db', 'does not exist']);
  expect(existsSync(db)).toBe(false);
});
