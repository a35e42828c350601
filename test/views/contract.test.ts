import { expect, test } from 'vitest';
import { alertsView } from '../../src/views/alerts.ts';
import { balanceView } from '../../src/views/balance.ts';
import { blocksView } from '../../src/views/blocks.ts';
import { customersView } from '../../src/views/customers.ts';
import { deletionsView } from '../../src/views/deletions.ts';
import { entriesView } from '../../src/views/entries.ts';
import { invoicesView } from '../../src/views/invoices.ts';
import { profilesView } from '../../src/views/profiles.ts';
import { topUpsView } from '../../src/views/top-ups.ts';

const views = {
  topUpsView,
  alertsView,
  entriesView,
  blocksView,
  customersView,
  balanceView,
  profilesView,
  invoicesView,
  deletionsView,
};

test.each(
  Object.entries(views),
)('%s shows unasked only columns that it has, each name once', (_name, view) => {
  const names = view.columns.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(view.fields).size).toBe(view.fields.length);
  expect(names).toEqual(expect.arrayContaining([...view.usual]));
});

test.each(Object.entries(views))('%s has a field for each of its columns but the computed', (_name, view) => {
  const computed = new Set(['change']);
  const names = view.columns.map(({ name }) => name).filter((name) => !computed.has(name));
  expect(view.fields).toEqual(expect.arrayContaining(names));
});

test.each(Object.entries(views))('%s keeps a column on any terminal', (_name, view) => {
  const usual = view.columns.filter(({ name }) => view.usual.includes(name));
  expect(usual.some(({ yields }) => yields === 0)).toBe(true);
});
