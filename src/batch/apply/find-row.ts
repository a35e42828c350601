// Which row of a batch is meant by a word: its key, the beginning of one, or the id of its entry or request.

import { type BatchFolder, batchesOfProfile } from '../../record/batch-folders.ts';
import { linesHolding } from '../../record/file-lines.ts';
import { isBeginningOf, keysShownMax, severalKeys } from '../../record/find-operation.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { inFolder } from './batch-folder.ts';
import { type RowStory, rowStory } from './row-story.ts';

/**
 * Searches the journals of all batches of the profiles, in flat memory; for a word that no single write goes by.
 * None if none is meant. Throws a `usage` error that lists the keys if several are; one key may be a row at each place,
 * and the newest that was sent from here is the first.
 */
export function findRows(
  named: string,
  profiles: readonly string[],
  { folders, parts }: Runtime,
): readonly RowStory[] {
  const batches = profiles.flatMap((profile) => batchesOfProfile(folders.state, profile));
  const [key, holding] = meant(named, batches);
  return holding
    .flatMap((folder) => inFolder(folder, 'read', () => rowStory(folder, key, parts.process)) ?? [])
    .sort((a, b) => Number(wasSent(b)) - Number(wasSent(a)) || Date.parse(b.at) - Date.parse(a.at));
}

/** Some journals also note what others sent and was found in the ledger. */
const wasSent = ({ lines }: RowStory): boolean => lines.some(({ event }) => event === 'intended');

/** A key, and the batches whose journals tell of it. */
type Meant = readonly [key: string, holding: readonly BatchFolder[]];

function meant(named: string, batches: readonly BatchFolder[]): Meant {
  const exact = new Map<string, BatchFolder[]>();
  const begun = new Map<string, BatchFolder[]>();
  for (const folder of batches)
    for (const { key, isExact } of inFolder(folder, 'read', () => [...keysIn(folder, named)])) {
      const found = isExact ? exact : begun;
      const holding = found.get(key) ?? [];
      if (!holding.includes(folder)) found.set(key, [...holding, folder]);
    }
  const [first] = exact;
  if (first !== undefined) return first;
  if (begun.size > 1) throw severalKeys(named, [...begun.keys()]);
  const [only = ['', []]] = begun;
  return only as Meant;
}

/** Keys that a journal knows by a word, each once; no more of those that only begin with it than anybody is shown. */
function* keysIn(
  { journal }: BatchFolder,
  named: string,
): Generator<{ readonly key: string; readonly isExact: boolean }> {
  // Keys and ids stand in a line as whole JSON strings.
  const text = JSON.stringify(named);
  const ids = [`"entry":${text}`, `"request_id":${text}`].map((id) => Buffer.from(id));
  const told = new Set<string>();
  for (const { bytes } of linesHolding(journal, Buffer.from(text.slice(0, -1)))) {
    const key = keyOf(bytes);
    if (key === undefined || told.has(key)) continue;
    // A key that is named whole begins no other, since all are of one length.
    const isExact = ids.some((id) => bytes.includes(id));
    if (!isExact && !isBeginningOf(key, named)) continue;
    told.add(key);
    yield { key, isExact };
    if (told.size > keysShownMax) return;
  }
}

/** Of a line about a row, where it stands near the beginning. */
const keyOf = (bytes: Buffer): string | undefined =>
  /^\{"v":2,"event":"\w+","at":"[^"]*","row":\d+,"key":"([^"]+)"/.exec(bytes.toString('latin1', 0, 220))?.[1];
