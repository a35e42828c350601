// A movement under the ids that its entries and blocks had before a replay, so that a client finds them again.

import type { Movement } from './account.ts';
import type { Entry } from './model.ts';

/** What an entry of a movement was before; `undefined` where it is new. */
export interface FormerIds {
  readonly old: (entry: Entry, index: number) => Entry | undefined;
  /** The former id of the block that an entry made, if that may be used again. */
  readonly madeBlockId: (entry: Entry) => string | undefined;
}

export function renamed(movement: Movement, { old, madeBlockId }: FormerIds): Movement {
  const created = new Set(movement.created.map(({ id }) => id));
  const names = new Map<string, string>();
  for (const entry of movement.entries) {
    const made = created.has(entry.blockId) ? entry.blockId : entry.newBlockId;
    const former = made === null || names.has(made) ? undefined : madeBlockId(entry);
    if (made !== null && former !== undefined) names.set(made, former);
  }
  const name = (id: string): string => names.get(id) ?? id;
  return {
    ...movement,
    entries: movement.entries.map((entry, index) => ({
      ...entry,
      id: old(entry, index)?.id ?? entry.id,
      blockId: name(entry.blockId),
      newBlockId: entry.newBlockId === null ? null : name(entry.newBlockId),
    })),
    created: movement.created.map((block) => ({ ...block, id: name(block.id) })),
  };
}
