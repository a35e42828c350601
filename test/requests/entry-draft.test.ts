import { expect, test } from 'vitest';
import {
  draftType,
  type EntryDraft,
  isFieldSet,
  missingFields,
  needsZone,
} from '../../src/requests/entry-draft.ts';

test('a draft without a type is an increment, one with an unknown type is nothing', () => {
  expect(draftType({})).toBe('increment');
  expect(draftType({ type: 'void' })).toBe('void');
  expect(draftType({ type: 'void_initiated' })).toBeUndefined();
  expect(missingFields({ type: 'void_initiated' })).toEqual([]);
});

test.each<[EntryDraft, boolean]>([
  [{ expires: 'x' }, true],
  [{ effective: 'x' }, true],
  [{ targetExpires: 'x' }, true],
  [{ invoiceDue: 'x' }, true],
  [{ invoiceDate: 'x' }, true],
  [{ amount: '1', invoiceNetTerms: '30' }, false],
])('%j needs the zone: %s', (draft, needs) => expect(needsZone(draft)).toBe(needs));

test('an empty list says nothing, an empty text does', () => {
  expect(isFieldSet({ item: [] }, 'item')).toBe(false);
  expect(isFieldSet({ item: ['x'] }, 'item')).toBe(true);
  expect(isFieldSet({ amount: '' }, 'amount')).toBe(true);
  expect(isFieldSet({}, 'amount')).toBe(false);
});
