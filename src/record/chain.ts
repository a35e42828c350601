// How events are chained: the hash of one event, and the hash of a link over all events of one transaction. Pure.
import { hash as hashOf } from 'node:crypto';
import type { EventRow, Head } from './record.ts';

/** Before the first link. */
export const chainStart: Head = { link: 0, hash: '0'.repeat(64) };

export const sha256 = (text: string | Uint8Array): string => hashOf('sha256', text, 'hex');

/**
 * SHA-256 in hex over what an event says. Each database computes the same by its own means, so that neither a client nor
 * an owner can change an event unseen.
 */
export const eventHash = ({
  seq,
  at,
  who,
  kind,
  key,
  attempt,
  prev,
  body,
}: Omit<EventRow, 'hash' | 'link'>): string =>
  sha256([seq, at, who, kind, key, attempt, prev, sha256(body)].join('\n'));

/** SHA-256 in hex over the link before and the hashes of the events of one transaction, in their order. */
export const linkHash = (before: Head, events: readonly string[]): string =>
  sha256([before.hash, before.link + 1, ...events].join('\n'));
