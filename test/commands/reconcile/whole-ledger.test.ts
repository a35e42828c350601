// `reconcile --out` on an API that leaves entries out of its lists: what only seems to be missing is not granted again.
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { creditctl, notesOf } from '../../support/command.ts';
import { leavingOut } from '../../support/lying-lists.ts';
import { freshHome, homeAfter } from '../../support/run.ts';

/** Two customers: `acme` was granted A and B, `globex` nothing of the two that are expected. */
const granted = (more = ''): Promise<string> => homeAfter(`granted A and B ${more}`, () => grant(more));

async function grant(more: string): Promise<string> {
  const home = freshHome();
  for (const reference of ['A', 'B'])
    await creditctl(`ledger add acme --amount 5 --metadata reference=${reference} ${more} --sandbox --yes`, {
      home,
    });
  const rows = ['acme,5,A', 'acme,5,B', 'globex,5,C'];
  writeFileSync(`${home}/g.csv`, `external_customer_id,amount,reference\n${rows.join('\n')}\n`);
  return home;
}

const repaired = (home: string, between?: ReturnType<typeof leavingOut>) =>
  creditctl(`reconcile ${home}/g.csv --sandbox -o json --out ${home}/r.plan`, {
    home,
    ...(between === undefined ? {} : { between }),
  });

const ofReference = (reference: string) => (row: { readonly metadata?: { readonly reference?: string } }) =>
  row.metadata?.reference === reference;
const never = () => false;

test.each([
  ['in the middle of all lists', '', ofReference('A'), never],
  ['at the end of all lists', '', ofReference('B'), never],
  ['of the list of grants alone', '', ofReference('A'), (query: string) => !query.includes('entry_type')],
  ['that is not effective yet', '--effective 2027-01-01', ofReference('A'), never],
])('an entry left out %s is not granted again, and other customers are repaired', async (_, more, left, unless) => {
  const home = await granted(more);
  const result = await repaired(home, leavingOut(left, unless));
  expect(result.code, result.stderr).toBe(1);
  const notes = notesOf(result);
  expect(notes.filter(({ not_repaired: each }) => each !== undefined)).toHaveLength(1);
  expect(JSON.stringify(notes)).toContain('the ledger of acme in credits is incomplete');
  expect(notes.find(({ planned }) => planned !== undefined)).toMatchObject({ planned: { rows: 1 } });
});

test('without the lie the same file plans a grant for the other customer alone', async () => {
  const home = await granted();
  const notes = notesOf(await repaired(home));
  expect(notes.filter(({ not_repaired: each }) => each !== undefined)).toEqual([]);
  expect(notes.find(({ planned }) => planned !== undefined)).toMatchObject({ planned: { rows: 1 } });
});
