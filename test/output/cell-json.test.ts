// JSON in a cell is the same value once the cell was made safe to show.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellJson } from '../../src/output/cell-json.ts';
import { csvLine } from '../../src/output/rows-as-csv.ts';
import { csvOf } from '../support/command.ts';

test('whatever characters metadata has, a program reads them back from the CSV', () => {
  const hostile = fc.stringMatching(/^[\u2028\u2029\u0085\u009b\u200b\ufeff\n\r\t"'=a]*$/);
  fc.assert(
    fc.property(fc.dictionary(hostile, hostile), (metadata) => {
      const [row] = csvOf(`metadata\n${csvLine([cellJson(metadata)])}`);
      expect(JSON.parse(row?.metadata ?? '')).toEqual(metadata);
    }),
  );
});
