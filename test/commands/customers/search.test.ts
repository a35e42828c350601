import { expect, test } from 'vitest';
import { creditctl, csvOf, expectUsage, linesOf, notesOf, orb } from '../../support/command.ts';
import { customer, page } from '../../support/documents.ts';

const absent = {
  status: 404,
  json: {
    type: 'https://docs.withorb.com/reference/error-responses#404-resource-not-found',
    status: 404,
    title: 'A specified resource was not found.',
  },
};
const byExternal = (id: string, answer: object = absent) => ({
  method: 'GET',
  path: `/customers/external_customer_id/${id}`,
  answer,
});
const byId = (id: string, answer: object = absent) => ({ method: 'GET', path: `/customers/${id}`, answer });
const list = (cursor: string | undefined, next: string | null, ...customers: readonly object[]) => ({
  method: 'GET',
  path: `/customers?limit=100${cursor === undefined ? '' : `&cursor=${cursor}`}`,
  answer: { json: page(customers, next) },
});
const hooli = customer({
  id: 'H1',
  external_customer_id: 'hooli',
  name: 'Hooli XYZ',
  email: 'pay@hooli.example',
});
const globex = customer({ id: 'G1', external_customer_id: null, name: 'Globex', email: 'a@globex.example' });
const acme = customer();

test.each([
  ['hoo', 'hooli', 'external id'],
  ['XYZ', 'hooli', 'name'],
  ['xyz', 'hooli', 'name in another case'],
  ['PAY@HOO', 'hooli', 'e-mail in another case'],
  ['h1', 'hooli', 'id in another case'],
])('"%s" finds %s by its %s', async (text, id) => {
  const exchanges = [byExternal(encodeURIComponent(text)), list(undefined, null, globex, hooli, acme)];
  const { code, stdout, stderr } = await creditctl(`customers search ${text} -o json`, {
    exchanges,
    env: orb,
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(
    (JSON.parse(stdout) as { external_customer_id: string }[]).map((each) => each.external_customer_id),
  ).toEqual([id]);
});

test('a whole external id is found at once, and listed once', async () => {
  const exact = byExternal('acme', { json: acme });
  const first = await creditctl('customers search acme --limit 1 -o json', { exchanges: [exact], env: orb });
  expect(first.code).toBe(0);
  expect(JSON.parse(first.stdout)).toEqual([acme]);
  const cousin = customer({ id: 'A2', external_customer_id: 'acme-2' });
  const all = await creditctl('customers search acme -o ndjson', {
    exchanges: [exact, list(undefined, 'n', cousin), list('n', null, acme)],
    env: orb,
  });
  expect(linesOf(all.stdout)).toEqual([acme, cousin]);
});

test("a whole id of Orb's is found at once, also where it is written id:…", async () => {
  const id = '4QYWy9UbDY8yXKKd';
  const found = byId(id, { json: acme });
  for (const [text, exchanges] of [
    [id, [byExternal(id), found]],
    [`id:${id}`, [found]],
  ] as const) {
    const result = await creditctl(`customers search ${text} --limit 1 -o json`, { exchanges, env: orb });
    expect(JSON.parse(result.stdout)).toEqual([acme]);
  }
});

test('the search ends at the limit, reads no further page, and says that there may be more', async () => {
  const others = [1, 2, 3].map((number) => customer({ id: `C${number}`, name: `Other ${number}` }));
  const exchanges = [byExternal('other'), list(undefined, 'n', ...others)];
  const result = await creditctl('customers search other --limit 2 -o ndjson', { exchanges, env: orb });
  expect(linesOf(result.stdout)).toHaveLength(2);
  expect(notesOf(result)).toEqual([{ note: 'the search ended at the limit' }]);
  const all = await creditctl('customers search other --all -o ndjson', {
    exchanges: [byExternal('other'), list(undefined, 'n', ...others), list('n', null, hooli)],
    env: orb,
  });
  expect(linesOf(all.stdout)).toHaveLength(3);
  expect(all.stderr).toBe('');
});

test('nothing found is exit 0, with a word on stderr', async () => {
  const result = await creditctl('customers search nobody --sandbox');
  expect(result).toMatchObject({ code: 0, stdout: '' });
  expect(result.stderr).toContain('no customers match. List all: creditctl customers list');
  const json = await creditctl('customers search nobody --sandbox -o json', { home: result.home });
  expect(JSON.parse(json.stdout)).toEqual([]);
});

test('a customer who was deleted is not found, and hides nobody', async () => {
  const exchanges = [
    byId('4QYWy9UbDY8yXKKd', { json: { id: '4QYWy9UbDY8yXKKd', deleted: true } }),
    list(undefined, null, globex),
  ];
  const result = await creditctl('customers search id:4QYWy9UbDY8yXKKd', { exchanges, env: orb });
  expect(result).toMatchObject({ code: 0, stdout: '' });
});

test('a text that no path can hold is only looked for in the list', async () => {
  const exchanges = [list(undefined, null, customer({ name: 'A. B.' }))];
  const { stdout } = await creditctl('customers search . --columns name -o csv', { exchanges, env: orb });
  expect(csvOf(stdout)).toEqual([{ name: 'A. B.' }]);
});

test('a refusal of the list is shown, with nothing on stdout', async () => {
  const exchanges = [
    byExternal('x'),
    { method: 'GET', path: '/customers?limit=100', answer: { status: 400, json: {} } },
  ];
  const result = await creditctl('customers search x -o csv', { exchanges, env: orb });
  expect(result).toMatchObject({ code: 5, stdout: '' });
});

test('on a terminal the text is asked for', async () => {
  const result = await creditctl('customers search --sandbox', {
    terminal: 100,
    answers: [{ message: 'Search for', answer: 'glob' }],
  });
  expect(result.code, result.stderr).toBe(0);
  expect(result.stdout).toContain('globex');
  expect(result.stdout).not.toContain('initech');
});

for (const [line, ...sentences] of [
  ['', '<text> is missing'],
  ['""', '<text> is empty'],
  ['x --limit 0', '--limit must be a whole number above 0'],
  ['--limit 1 --all', '<text> is missing', '--limit cannot be used with --all'],
  ['x --cursor c', "unknown option '--cursor'"],
] as const) {
  test(`"customers search ${line}" is refused, and nothing is sent`, async () => {
    expectUsage(await creditctl(`customers search ${line}`, { exchanges: [], env: orb }), sentences);
  });
}
