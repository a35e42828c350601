// `--group`: what the entries of one period are told apart by.
import type { LedgerEntry } from '../credits/entry.ts';

export type Grouping =
  | { readonly by: 'type' }
  | { readonly by: 'description' }
  | { readonly by: 'metadata'; readonly key: string };

/** What only the record of writes knows of an entry: who wrote it, and who approved that. */
export const recordedGroups = ['who', 'approved_by'] as const;
export type RecordedGroup = (typeof recordedGroups)[number];

/** Reads `type`, `description` or `metadata.<key>`; the key may have dots. `undefined` for anything else. */
export function readGrouping(text: string): Grouping | undefined {
  if (text === 'type' || text === 'description') return { by: text };
  const key = /^metadata\.(.+)$/s.exec(text)?.[1];
  return key === undefined ? undefined : { by: 'metadata', key };
}

/** The group of an entry; `null` if it does not say. */
export function groupOf(entry: LedgerEntry, grouping: Grouping): string | null {
  switch (grouping.by) {
    case 'type':
      return entry.entry_type;
    case 'description':
      return entry.description;
    case 'metadata':
      return Object.hasOwn(entry.metadata, grouping.key) ? (entry.metadata[grouping.key] ?? null) : null;
  }
}
