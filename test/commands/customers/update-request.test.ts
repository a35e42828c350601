import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type CustomerEdit,
  customerEditArgs,
  customerEditBody,
  hasChanges,
} from '../../../src/commands/customers/update-request.ts';

const problemsOf = (edit: CustomerEdit): readonly string[] => {
  const reading = customerEditBody(edit);
  return 'problems' in reading ? reading.problems.map(({ where, problem }) => `${where} ${problem}`) : [];
};

test('nothing said is nothing to change, and could still be asked for', () => {
  expect(hasChanges({})).toBe(false);
  expect(customerEditBody({})).toMatchObject({ problems: [{ isMissing: true }] });
});

test('the time zone is refused, and alone it is not taken for nothing', () => {
  for (const timezone of ['UTC', 'Nowhere'])
    expect(problemsOf({ timezone })).toEqual([expect.stringMatching(/^--timezone cannot be changed/)]);
});

test('one empty additional address leaves none, an empty one among others is wrong', () => {
  expect(customerEditBody({ additionalEmail: [''] })).toEqual({ body: { additional_emails: [] } });
  expect(problemsOf({ additionalEmail: ['', 'a@b.example'] })).toHaveLength(1);
});

test('more additional addresses than the API takes are too many', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => `a${index}@b.example`);
  expect(problemsOf({ additionalEmail: many(49) })).toEqual([]);
  expect(problemsOf({ additionalEmail: many(50) })).toEqual([
    '--additional-email can be given at most 49 times',
  ]);
});

test('whatever keys and values are set, each reaches the body, an empty value as null', () => {
  const key = fc.string({ minLength: 1 }).filter((text) => !text.includes('='));
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(key, fc.string()), { selector: ([name]) => name }), (pairs) => {
      fc.pre(pairs.length > 0);
      const reading = customerEditBody({ metadata: pairs.map(([name, value]) => `${name}=${value}`) });
      if ('problems' in reading) throw new Error(JSON.stringify(reading.problems));
      expect(Object.entries(reading.body.metadata as object).sort()).toEqual(
        pairs.map(([name, value]) => [name, value === '' ? null : value]).sort(),
      );
    }),
  );
});

test('any text is read or refused, never anything else', () => {
  const text = fc.option(fc.string(), { nil: undefined });
  const list = fc.option(fc.array(fc.string()), { nil: undefined });
  const said = fc.record({
    name: text,
    email: text,
    externalId: text,
    currency: text,
    autoCollection: text,
    emailDelivery: text,
    autoIssuance: text,
    additionalEmail: list,
    metadata: list,
    unsetMetadata: list,
  });
  fc.assert(
    fc.property(said, (edit) => {
      const known = Object.entries(edit).filter(([, value]) => value !== undefined);
      const reading = customerEditBody(Object.fromEntries(known) as CustomerEdit);
      if ('problems' in reading) expect(reading.problems).not.toEqual([]);
      else expect(reading.body).toEqual(expect.any(Object));
    }),
  );
});

test('the words that say the same have a flag for each value', () => {
  const edit = { name: 'A B', additionalEmail: ['a@b.example', 'c@d.example'], autoIssuance: 'account' };
  expect(customerEditArgs({ by: 'id', id: 'x' }, edit)).toEqual([
    ...['customers', 'update', 'id:x', '--name', 'A B'],
    ...['--additional-email', 'a@b.example', '--additional-email', 'c@d.example'],
    ...['--auto-issuance', 'account'],
  ]);
});
