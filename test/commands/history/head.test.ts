import { expect, test } from 'vitest';
import { creditctl } from '../../support/command.ts';
import { granted } from '../../support/granted.ts';

test('the head is the last link of the chain, and moves with each write', async () => {
  const { home } = await granted('--amount 1');
  const head = async (): Promise<{ link: number; hash: string }[]> => {
    const { stdout, requests } = await creditctl('history head --sandbox -o json', { home });
    expect(requests).toEqual([]);
    return JSON.parse(stdout) as { link: number; hash: string }[];
  };
  const [before] = await head();
  expect(before).toEqual({
    account: 1,
    origin: 'sandbox',
    link: 3,
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  await creditctl('ledger add acme --amount 2 --sandbox --yes', { home });
  const [after] = await head();
  expect(after?.link).toBe(6);
  expect(after?.hash).not.toBe(before?.hash);
});

test('where nothing was written, there is no head', async () => {
  const { code, stdout } = await creditctl('history head -o json');
  expect({ code, stdout: JSON.parse(stdout) as unknown }).toEqual({ code: 0, stdout: [] });
});
