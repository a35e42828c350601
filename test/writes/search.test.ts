import { expect, test } from 'vitest';
import { customerPath } from '../../src/requests/request.ts';
import { checkSameCustomer, type SearchContext } from '../../src/writes/search.ts';

const minute = 60_000;
const noted = Date.parse('2026-11-27T12:00:00Z');

interface Known {
  /** When the customer who has the name by now was created, in minutes after the write was noted. */
  readonly created: number;
  /** For whom the write itself set credits aside. */
  readonly reserved?: string;
  /** Who had the name when an earlier write was answered. */
  readonly answered?: string;
  /** The number in the record of the write that created the customer `now`; the open write has number 10. */
  readonly made?: number;
  /** The external id that it was given then. */
  readonly madeAs?: string;
  /** For whom an earlier row of a batch set credits aside; its answer is not kept. */
  readonly row?: string;
}

/** Whether the write would be sent again to the customer `now`, who has the name by now. */
async function isSent(
  { created, reserved, answered, row, made, madeAs = 'acme' }: Known,
  path = `${customerPath({ by: 'external', id: 'acme' })}/credits/top_ups`,
): Promise<boolean> {
  const createdAt = new Date(noted + created * minute).toISOString();
  const earlier = [
    ...(row === undefined ? [] : [{ key: 'row', texts: { answer: null } }]),
    ...(answered === undefined
      ? []
      : [{ key: 'earlier', texts: { answer: `{"customer":{"id":"${answered}"}}` } }]),
  ];
  const holders = new Map([
    ['open', reserved],
    ['row', row],
  ]);
  const evidence = {
    api: { customer: async () => ({ record: { id: 'now', created_at: createdAt } }) },
    record: {
      keyStates: async ([key = '']: readonly string[]) =>
        new Map([[key, { reserves: { customer: holders.get(key) ?? 'acme' } }]]),
      writesNaming: async (id: string) =>
        made === undefined
          ? []
          : [{ noted: made, texts: { answer: `{"id":"${id}","external_customer_id":"${madeAs}"}` } }],
      async *writes({ customer, until }: { customer: string; until: string }) {
        expect([customer, Date.parse(until)]).toEqual(['acme', noted]);
        yield* earlier;
      },
    },
  } as unknown as SearchContext;
  const write = { key: 'open', noted: 10, notedAt: new Date(noted).toISOString(), ledgerAt: null };
  try {
    await checkSameCustomer({ method: 'POST', path }, write, evidence);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ kind: 'outcome-unknown' });
    return false;
  }
}

test.each([
  ['a customer of before', { created: -1 }, true],
  ['one who was created a minute later', { created: 1 }, false],
  ['the one for whom it set credits aside, whatever the clocks say', { created: 70, reserved: 'now' }, true],
  ['another one than it set credits aside for', { created: -9_999, reserved: 'old' }, false],
  ['the one who got an earlier write, whatever the clocks say', { created: 70, answered: 'now' }, true],
  [
    'another one than got an earlier write, by a clock an hour ahead',
    { created: -59, answered: 'old' },
    false,
  ],
  ['the one whom the record created before, whatever the clocks say', { created: 1, made: 9 }, true],
  ['that one, after the customer of an earlier write', { created: -59, made: 9, answered: 'old' }, true],
  ['one whom it created before under another name', { created: 1, made: 9, madeAs: 'zed' }, false],
  ['one whom the record created after it', { created: 1, made: 11 }, false],
  [
    'one whom it created before, where credits were set aside for another',
    { created: -9, made: 9, reserved: 'old' },
    false,
  ],
  ['another one than got an earlier row', { created: -59, row: 'old', answered: 'now' }, false],
  ['one who had the name long before the write', { created: -9_999, answered: 'old' }, true],
])('%s', async (_what, known, sent) => expect(await isSent(known)).toBe(sent));

test('an alert is not created for another customer either', async () => {
  const path = '/alerts/external_customer_id/acme';
  expect(await isSent({ created: -1 }, path)).toBe(true);
  expect(await isSent({ created: 1 }, path)).toBe(false);
});
