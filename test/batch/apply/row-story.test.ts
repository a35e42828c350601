import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type RowStory, rowStory } from '../../../src/batch/apply/row-story.ts';
import type { BatchFolder } from '../../../src/record/batch-folders.ts';
import { chainedFile } from '../../../src/record/chained-file.ts';
import { systemParts } from '../../../src/runtime/system.ts';
import type { JsonObject } from '../../../src/wire/json.ts';
import { freshHome } from '../../support/run.ts';

const locking = systemParts.process;
const key = 'batch-1111111111111111111111111111111111111111';
const undo = 'undo-2222222222222222222222222222222222222222';

/** Minutes after noon. */
const at = (minute: number): string => `2026-11-23T12:0${minute}:00.000Z`;

const begun = (minute: number, plan: string, more: JsonObject = {}): JsonObject => ({
  ...{ event: 'begun', at: at(minute), batch: 'b', who: `who ${minute}`, plan },
  ...more,
});
const own = (event: string, minute: number, more: JsonObject = {}): JsonObject => ({
  ...{ event, at: at(minute), row: 1, key },
  ...more,
});

function folderWith(facts: readonly JsonObject[]): BatchFolder {
  const folder = freshHome();
  const journal = path.join(folder, 'journal.ndjson');
  chainedFile(journal, locking).appendAll(facts);
  return { id: 'b', path: folder, journal, lock: '' };
}

const storyOf = (facts: readonly JsonObject[]): RowStory | undefined =>
  rowStory(folderWith(facts), key, locking);

test('a row that is tried again after a refusal is a new attempt of the later run', () => {
  for (const event of ['refused', 'unsent'])
    expect(
      storyOf([
        ...[begun(0, 'first'), own('intended', 1), own(event, 2)],
        ...[begun(3, 'second'), own('intended', 4), own('settled', 5)],
      ]),
    ).toMatchObject({ at: at(4), run: { plan: 'second' }, end: { event: 'settled', at: at(5) } });
});

test('a row of unknown outcome that is sent again is the attempt of before, of which nobody knows the end', () => {
  const facts = [
    ...[begun(0, 'first'), own('intended', 1), own('unknown', 2)],
    ...[begun(3, 'second'), own('intended', 4)],
  ];
  expect(storyOf(facts)).toMatchObject({ at: at(1), run: { plan: 'first' }, end: undefined });
  expect(storyOf([...facts, own('settled', 5)])).toMatchObject({ at: at(1), end: { event: 'settled' } });
});

test('what is in the ledger stays there, whatever is noted later', () => {
  const story = storyOf([
    ...[begun(0, 'first'), own('settled', 1, { entry: 'e' }), begun(2, 'second'), own('unsent', 3)],
  ]);
  expect(story).toMatchObject({ at: at(1), end: { event: 'settled', entry: 'e' } });
  expect(story?.lines.map(({ number, event }) => `${number} ${event}`)).toEqual(['2 settled', '4 unsent']);
});

test('somebody was told of a row once the run ends after it', () => {
  const ended = { event: 'ended', at: at(5), succeeded: 1, failed: 0, unknown: 0, unprocessed: 0 };
  const facts = [begun(0, 'first'), own('intended', 1)];
  expect(storyOf([...facts, own('settled', 2)])?.isTold).toBe(false);
  expect(storyOf([...facts, ended])?.isTold).toBe(false);
  expect(storyOf([...facts, own('settled', 2), ended])?.isTold).toBe(true);
  expect(storyOf([...facts, own('unknown', 2), ended, begun(6, 'first'), own('intended', 7)])?.isTold).toBe(
    false,
  );
});

test('what took it back is known by the number of the row, where one plan has rows of that number', () => {
  const facts = [begun(0, 'first'), own('settled', 1)];
  const undoing = [begun(2, 'first', { undo: true }), { ...own('settled', 3), key: undo }];
  expect(storyOf([...facts, ...undoing])?.undoneBy).toBe(undo);
  expect(storyOf([...facts, begun(2, 'second'), ...undoing])?.undoneBy).toBeUndefined();
  expect(storyOf([...facts, { ...own('refused', 3), key: undo }])?.undoneBy).toBeUndefined();
  expect(storyOf([...facts, { ...own('settled', 3), key: undo, row: 2 }])?.undoneBy).toBeUndefined();
});

test('what is found before a run begins is of that run, or of the one before while none begins', () => {
  const found = own('settled', 2, { entry: 'e', found: true });
  const undoing = begun(3, 'first', { undo: true });
  const first = begun(0, 'first');
  expect(storyOf([found])).toBeUndefined();
  expect(storyOf([found, begun(3, 'second')])).toMatchObject({ at: at(2), run: { at: at(3) } });
  expect(storyOf([first, found])).toMatchObject({ run: { at: at(0) }, plans: ['first'] });
  expect(storyOf([first, found, undoing])).toMatchObject({ run: { at: at(0) } });
  expect(storyOf([first, found, undoing, begun(4, 'second'), begun(5, 'third')])).toMatchObject({
    run: { at: at(4) },
    plans: ['second', 'third', 'first'],
  });
  // One that was begun is of the run that sent it, whoever found it.
  expect(storyOf([first, own('intended', 1), found, begun(3, 'second')])).toMatchObject({
    run: { at: at(0) },
    plans: ['first'],
  });
});

test('a line without the number of the row leaves it as others have it', () => {
  const found = own('settled', 2, { row: 0, found: true });
  expect(storyOf([begun(0, 'first'), own('intended', 1), found])?.row).toBe(1);
  expect(storyOf([begun(0, 'first'), found])?.row).toBe(0);
});

test('a line that a crash cut short, and a row that no line is about, say nothing', () => {
  const folder = folderWith([begun(0, 'first')]);
  expect(rowStory(folder, key, locking)).toBeUndefined();
  appendFileSync(folder.journal, `{"v":2,"event":"intended","at":"${at(1)}","row":1,"key":"${key}"`);
  expect(rowStory(folder, key, locking)).toBeUndefined();
});
