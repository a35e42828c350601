import { expect, test } from 'vitest';
import { type CustomerFlags, readCustomerArgument } from '../../src/requests/customer-argument.ts';

test.each<[readonly string[], CustomerFlags, unknown, readonly string[]]>([
  [['acme'], {}, { by: 'external', id: 'acme' }, []],
  [['id:x', 'block'], {}, { by: 'id', id: 'x' }, ['block']],
  [[], { externalCustomerId: 'id:x' }, { by: 'external', id: 'id:x' }, []],
  [[], { customerId: 'x' }, { by: 'id', id: 'x' }, []],
  [['block'], { customerId: 'x' }, { by: 'id', id: 'x' }, ['block']],
  [[], {}, undefined, []],
])('%j with %j names %j', (words, flags, customer, rest) =>
  expect(readCustomerArgument(words, flags, 1)).toEqual({ customer, rest, problems: [] }));

test.each<[readonly string[], CustomerFlags, string]>([
  [['..'], {}, '<customer> is not a valid id: ".."'],
  [['id:'], {}, '<customer> is not a valid id: "id:"'],
  [[], { externalCustomerId: '' }, '--external-customer-id is not a valid id: ""'],
  [[], { customerId: '.' }, '--customer-id is not a valid id: "."'],
  [
    [],
    { customerId: 'a', externalCustomerId: 'b' },
    '--customer-id cannot be used with --external-customer-id',
  ],
  [['acme'], { customerId: 'a' }, '<customer> is given twice: as "acme" and with --customer-id'],
  [
    ['acme'],
    { externalCustomerId: 'a' },
    '<customer> is given twice: as "acme" and with --external-customer-id',
  ],
])('%j with %j: %s', (words, flags, told) => {
  const { customer, rest, problems } = readCustomerArgument(words, flags);
  expect(customer).toBeUndefined();
  expect(rest).toEqual([]);
  expect(problems.map(({ where, problem }) => `${where} ${problem}`)).toEqual([told]);
});
