import { expect, test } from 'vitest';
import { type ProfileLine, profileRow, profilesView } from '../../../src/commands/config/view.ts';
import { render } from '../../../src/output/render.ts';
import { textOf } from '../../output/sample.ts';
import { cell } from '../../views/records.ts';

const live: ProfileLine = {
  name: 'prod',
  kind: 'orb',
  mode: 'live',
  target: 'api.withorb.com',
  current: true,
};

test('the current profile is marked, and one that writes live stands out', () => {
  expect(cell(profilesView, 'current', live).shown).toEqual({ text: '*', meaning: 'good' });
  expect(cell(profilesView, 'current', { ...live, current: false }).shown).toEqual({ text: '' });
  expect(cell(profilesView, 'mode', live).shown).toEqual({ text: 'live', meaning: 'warning' });
});

test('as JSON, the profile itself', async () => {
  const options = { view: profilesView, format: 'ndjson', shape: 'list', table: { kind: 'plain' } } as const;
  expect(await textOf(render([profileRow(live)], options))).toBe(
    '{"name":"prod","kind":"orb","mode":"live","target":"api.withorb.com","current":true}\n',
  );
});
