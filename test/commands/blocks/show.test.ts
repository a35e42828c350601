import { expect, test } from 'vitest';
import { creditctl, errorOf, expectUsage, orb } from '../../support/command.ts';
import { block } from '../../support/documents.ts';

test('one block is asked for by its id, percent-encoded, and printed as the API sent it', async () => {
  const odd = { ...block({ id: 'a/b?' }), new_field: [1] };
  const exchanges = [{ method: 'GET', path: '/credit_blocks/a%2Fb%3F', answer: { json: odd } }];
  const { code, stdout, stderr } = await creditctl('blocks show a/b? -o json', { exchanges, env: orb });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual(odd);
});

test('a block that does not exist is exit 4', async () => {
  const result = await creditctl('blocks show nosuchblock --sandbox -o json');
  expect(result.code).toBe(4);
  expect(errorOf(result)).toMatchObject({ code: 'not-found', status: 404, applied: 'no' });
});

test('a missing or impossible id is a usage error', async () => {
  expectUsage(await creditctl('blocks show', { exchanges: [], env: orb }), ['<block> is missing']);
  expectUsage(await creditctl('blocks show ..', { exchanges: [], env: orb }), [
    '<block> is not a valid id: ".."',
  ]);
});
