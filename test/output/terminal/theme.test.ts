import { expect, test } from 'vitest';
import { makePaint, showsColour } from '../../../src/output/terminal/theme.ts';

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '1', TERM: 'dumb' }, true, true],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ FORCE_COLOR: 'false' }, true, false],
  [{ FORCE_COLOR: '' }, false, false],
  [{ TERM: 'dumb' }, true, false],
  [{ TERM: 'xterm-256color' }, true, true],
])('%j on a terminal: %s means colour: %s', (env, isTty, colour) => {
  expect(showsColour(env, { isTty })).toBe(colour);
});

test('without colour, paint leaves a text as it is', async () => {
  expect((await makePaint(false))('bad', 'no')).toBe('no');
});

test('with colour, each meaning has its own', async () => {
  const paint = await makePaint(true);
  const painted = (['good', 'warning', 'bad', 'muted', 'strong'] as const).map((each) => paint(each, 'x'));
  expect(painted).toEqual([
    '\u001b[32mx\u001b[39m',
    '\u001b[33mx\u001b[39m',
    '\u001b[31mx\u001b[39m',
    '\u001b[90mx\u001b[39m',
    '\u001b[1mx\u001b[22m',
  ]);
});
