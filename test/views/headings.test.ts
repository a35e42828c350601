import path from 'node:path';
import { expect, test } from 'vitest';
import { columnWord, resolveColumns } from '../../src/output/choices.ts';
import type { View } from '../../src/output/view.ts';
import { filesBelow } from '../support/imports.ts';

const isView = (value: unknown): value is View<unknown> =>
  typeof value === 'object' && value !== null && 'columns' in value && 'usual' in value;

test('every heading that a person sees is a name for --columns, and means that column', async () => {
  const files = filesBelow('src').filter((file) => /^src\/views\/|^src\/commands\/.*view\.ts$/.test(file));
  const found: string[] = [];
  const wrong: string[] = [];
  for (const file of files) {
    const exported: Readonly<Record<string, unknown>> = await import(path.resolve(file));
    for (const view of Object.values(exported).filter(isView)) {
      found.push(file);
      for (const column of view.columns.filter(({ name }) => view.usual.includes(name))) {
        const chosen = resolveColumns(view, [columnWord(column)]);
        if (!('columns' in chosen) || chosen.columns[0] !== column) wrong.push(`${file}: ${column.header}`);
      }
    }
  }
  expect(found.length).toBeGreaterThan(20);
  expect(wrong).toEqual([]);
});
