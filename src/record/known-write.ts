// What a record answers about writes and runs of batches: what stands by now, worked out from the facts.
import type { Decimal, FactAuthor, FactRunner, Reservation, TextName, WriteState } from './facts.ts';

/** All that is known of one key by now: of its latest attempt. */
export interface Write {
  readonly key: string;
  readonly attempt: number;
  readonly state: WriteState;
  /** The sequence number of its latest event: what `NewFact.after` compares. */
  readonly version: number;
  readonly fingerprint: string;
  readonly isNamed: boolean;
  readonly method: string;
  /** The person, as the record stamped it: the database role, or the OS user. */
  readonly who: string;
  readonly author: FactAuthor;
  /** Who works on it, or did last. */
  readonly runner: FactRunner;
  /** When this attempt was first noted, by the record's clock; RFC 3339, UTC, ms. */
  readonly notedAt: string;
  /** The same by the embedded ledger's clock. */
  readonly ledgerAt: string | null;
  /** Until then nobody else takes it over; by the record's clock. */
  readonly leaseUntil: string;
  readonly customer: string | null;
  readonly currency: string | null;
  /** What it reserves, or moved: increments and amendments only. */
  readonly reserved: Decimal | null;
  readonly day: string | null;
  readonly batch: string | null;
  readonly run: number | null;
  readonly row: number | null;
  readonly undoes: string | null;
  readonly toFollow: number;
  /** The key of the write that took the last part of this one back. */
  readonly undoneBy: string | null;
  readonly approvedBy: readonly string[];
  /** The hash of the API key that began it; of a row, its run's. */
  readonly apiKey: string | null;
  readonly endedAt: string | null;
  /** Who noted the end, as the record stamped it: another person may have settled it. */
  readonly endedBy: string | null;
  readonly status: number | null;
  readonly requestId: string | null;
  readonly isReplayed: boolean;
  readonly isFound: boolean;
  readonly entry: string | null;
  readonly block: string | null;
  readonly amount: Decimal | null;
  /** `null` until the outcome was reported. */
  readonly acknowledgedAt: string | null;
}

/** A write with its texts; `null` where there is none, or where it was erased. */
export type WriteWithTexts = Write & { readonly texts: Readonly<Record<TextName, string | null>> };

/** What a group of rows needs to know of its keys. */
export interface KeyState {
  readonly state: WriteState;
  readonly attempt: number;
  readonly version: number;
  readonly notedAt: string;
  readonly ledgerAt: string | null;
  readonly leaseUntil: string;
  readonly runner: FactRunner;
  /** Whether an earlier run, and not the given one, settled it. */
  readonly run: number | null;
  readonly plan: string | null;
  readonly row: number | null;
  readonly apiKey: string | null;
  /** What it counts for against the caps of a day; `null` once it is refused, absent or unsent. */
  readonly reserves: Reservation | null;
}

/** A run of a batch. */
export interface BatchRunRow {
  readonly batch: string;
  readonly run: number;
  readonly plan: string;
  readonly rows: number;
  readonly isUndo: boolean;
  readonly who: string;
  readonly author: FactAuthor;
  readonly runner: FactRunner;
  readonly command: string | null;
  /** The path with which the files of the outcomes begin, on the machine of the run. */
  readonly results: string | null;
  readonly begunAt: string;
  readonly leaseUntil: string;
  readonly endedAt: string | null;
  readonly counts: {
    readonly succeeded: number;
    readonly failed: number;
    readonly unknown: number;
    readonly unprocessed: number;
  } | null;
  readonly approvedBy: readonly string[];
}
