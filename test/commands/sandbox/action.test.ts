import { expect, test } from 'vitest';
import { readAction } from '../../../src/commands/sandbox/action.ts';

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
  [['add'], '<unit> is missing: such as tokens'],
  [['add', 'x', 'y'], 'add takes no more arguments'],
  [['clear', 'x'], 'clear takes no more arguments'],
])('%j is wrong: %s', (words, message) => expect(() => readAction(words, actions)).toThrow(message));
