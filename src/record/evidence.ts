// What a record shows to whoever verifies it: everything that its chain covers, and all that follows from the chain.
import type { Decimal, TextName } from './facts.ts';
import type { Write } from './known-write.ts';
import type { EventRow } from './record.ts';

/** A text beside the chain. */
export interface TextRow {
  readonly seq: number;
  readonly name: TextName;
  readonly text: string;
}

/** A write as it stands, and every event of its key, oldest first. */
export interface History {
  readonly write: Write;
  readonly events: readonly EventRow[];
}

/** What the writes that one person noted count for against the caps of one UTC day. */
export interface Counter {
  readonly day: string;
  readonly currency: string;
  readonly who: string;
  readonly sum: Decimal;
}

/** Each is read page by page, so that memory stays flat. */
export interface Evidence {
  /** All texts that are left, by event and then by name. */
  texts(): AsyncIterable<TextRow>;
  /** Every key once, in any order. */
  histories(): AsyncIterable<History>;
  /** Sums of zero may be left out. */
  counters(): AsyncIterable<Counter>;
}
