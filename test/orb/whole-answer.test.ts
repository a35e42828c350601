import type { Dispatcher } from 'undici';
import { expect, test } from 'vitest';
import { WholeAnswer } from '../../src/orb/http-exchange.ts';

/** Hears of nothing but an abort. */
function controller() {
  const aborts: unknown[] = [];
  const fake = {
    abort: (reason: unknown) => aborts.push(reason),
  } as unknown as Dispatcher.DispatchController;
  return { fake, aborts };
}

test('an answer is the last one that begins, whatever its pieces', async () => {
  const { fake } = controller();
  const answer = new WholeAnswer();
  const bytes = Buffer.from('\uFEFF{"name":"é 🎉"}');
  answer.onRequestStart(fake);
  answer.onResponseStart(fake, 103, { link: '</a>' });
  answer.onResponseStart(fake, 200, { 'X-Request-Id': 'r', 'x-many': ['a', 'b'] });
  for (const byte of bytes) answer.onResponseData(fake, Buffer.of(byte));
  answer.onResponseEnd();
  expect(await answer.whole).toEqual({
    status: 200,
    headers: { 'x-request-id': 'r', 'x-many': 'a, b' },
    body: '{"name":"é 🎉"}',
  });
});

test('what is given up before it left is aborted as soon as it would leave', async () => {
  const { fake, aborts } = controller();
  const answer = new WholeAnswer();
  const reason = new Error('interrupted');
  answer.giveUp(reason);
  await expect(answer.whole).rejects.toBe(reason);
  expect(aborts).toEqual([]);
  answer.onRequestStart(fake);
  expect(aborts).toHaveLength(1);
  expect(answer.isGivenUp).toBe(true);
});

test('an answer that is whole cannot be given up any more', async () => {
  const { fake, aborts } = controller();
  const answer = new WholeAnswer();
  answer.onRequestStart(fake);
  answer.onResponseStart(fake, 204, {});
  answer.onResponseEnd();
  answer.giveUp(new Error('too late'));
  expect(await answer.whole).toEqual({ status: 204, headers: {}, body: '' });
  expect([answer.isGivenUp, aborts]).toEqual([false, []]);
});
