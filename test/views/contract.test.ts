import { expect, test } from 'vitest';
import { alertsView } from '../../src/commands/alerts/view.ts';
import { invoicesView } from '../../src/commands/blocks/invoices-view.ts';
import { profilesView } from '../../src/commands/config/view.ts';
import { customersView } from '../../src/commands/customers/view.ts';
import { creditInvoicesView } from '../../src/commands/invoices/view.ts';
import { topUpsView } from '../../src/commands/topups/view.ts';
import { balanceView } from '../../src/views/balance.ts';
import { blocksView } from '../../src/views/blocks.ts';
import { deletionsView } from '../../src/views/deletions.ts';
import { entriesView } from '../../src/views/entries.ts';

const views = {
  topUpsView,
  alertsView,
  entriesView,
  blocksView,
  customersView,
  balanceView,
  profilesView,
  invoicesView,
  creditInvoicesView,
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
  expect(usual.some(({ hideRank = 0 }) => hideRank === 0)).toBe(true);
});
