// What facts make of a key and of a run of a batch: and which change may follow which. Pure.
import type { KeyedFact } from './chained-fact.ts';
import {
  type BatchBegun,
  type BatchEnded,
  type Decimal,
  type Ended,
  type FactAuthor,
  type FactRunner,
  isOpen,
  type Noted,
  type Reservation,
  type Taken,
  type WriteState,
} from './facts.ts';

/** How a key stands after its latest event. Instants are milliseconds since the epoch, by the record's clock. */
export interface Standing {
  readonly key: string;
  readonly attempt: number;
  readonly state: WriteState;
  /** The sequence number of the event that noted it: what came first, whatever the clocks said. */
  readonly noted: number;
  /** That of the event that ended it last. */
  readonly ended: number | null;
  /** That of its latest event: what `NewFact.after` compares. */
  readonly version: number;
  /** Empty for a row of a batch. */
  readonly fingerprint: string;
  readonly isNamed: boolean;
  readonly method: string;
  /** The person, as the record stamped it: the database role, or the OS user. */
  readonly who: string;
  /** `null` for a row of a batch: it is that of the run which noted it. */
  readonly author: FactAuthor | null;
  /** `null` for a row of a batch: it is that of the run which works on it. */
  readonly runner: FactRunner | null;
  /** The hash of the API key that began it; `null` for a row of a batch: it is that of the run which noted it. */
  readonly apiKey: string | null;
  readonly notedAt: number;
  readonly ledgerAt: string | null;
  readonly leaseUntil: number;
  readonly customer: string | null;
  /** What it reserved when it was noted; `holds` says whether it still does. */
  readonly reserves: Reservation | null;
  readonly batch: string | null;
  readonly row: number | null;
  readonly notedRun: number | null;
  readonly run: number | null;
  readonly undoes: string | null;
  readonly toFollow: number;
  readonly approvedBy: readonly string[] | null;
  readonly endedAt: number | null;
  /** Who noted the end, as the record stamped it: another person may have settled it. */
  readonly endedBy: string | null;
  readonly status: number | null;
  readonly requestId: string | null;
  readonly isReplayed: boolean;
  readonly isFound: boolean;
  readonly entry: string | null;
  readonly block: string | null;
  readonly amount: Decimal | null;
  readonly acknowledgedAt: number | null;
}

/** An event as it changes the standing. */
export interface Happening<F> {
  readonly seq: number;
  /** Milliseconds since the epoch, by the record's clock. */
  readonly at: number;
  readonly who: string;
  readonly fact: F;
}

/** Whether what was reserved still counts: a write that had no effect gives it back. */
export const holds = (state: WriteState): boolean => isOpen({ state }) || state === 'settled';

/** A day at most, whatever was asked for: creditctl asks for minutes. */
const leaseEnd = (at: number, { lease_ms: asked }: { readonly lease_ms: number }): number =>
  at + Math.min(asked, 86_400_000);

/** How a key stands after one more event. A change that no write can make is a defect: throws a TypeError. */
export function standingAfter(before: Standing | undefined, event: Happening<KeyedFact>): Standing {
  const { fact } = event;
  if (fact.kind === 'noted') return noted(before, { ...event, fact });
  if (before === undefined || before.attempt !== fact.attempt) throw defect(before, fact);
  const version = event.seq;
  switch (fact.kind) {
    case 'taken':
      if (!isOpen(before) && !isUnreported(before)) throw defect(before, fact);
      return { ...before, version, ...taken(before, { ...event, fact }) };
    case 'ended':
      if (!isOpen(before) || (fact.state === 'unsent' && mayHaveLeft(before))) throw defect(before, fact);
      return { ...before, version, ...ended({ ...event, fact }) };
    case 'acknowledged':
      if (isOpen(before)) throw defect(before, fact);
      return { ...before, version, acknowledgedAt: before.acknowledgedAt ?? event.at };
  }
}

/** It succeeded, but no command has reported it: a repeated command takes it for its own outcome. */
const isUnreported = ({ state, acknowledgedAt }: Standing): boolean =>
  state === 'settled' && acknowledgedAt === null;

/** Only who noted a write knows that it never left, and only until another process works on it. */
const mayHaveLeft = ({ version, noted }: Standing): boolean => version !== noted;

function defect(before: Standing | undefined, { kind, key, attempt }: KeyedFact): TypeError {
  const stands = before === undefined ? 'unknown' : `${before.state} in attempt ${before.attempt}`;
  return new TypeError(`the key ${key} is ${stands}; ${kind} in attempt ${attempt} cannot follow`);
}

function noted(before: Standing | undefined, { seq, at, who, fact }: Happening<Noted>): Standing {
  const isNext = before === undefined ? fact.attempt === 1 : fact.attempt === before.attempt + 1;
  if (!isNext || (before !== undefined && holds(before.state))) throw defect(before, fact);
  return {
    key: fact.key,
    attempt: fact.attempt,
    state: 'noted',
    noted: seq,
    version: seq,
    fingerprint: fact.fingerprint ?? '',
    isNamed: fact.named === true,
    method: fact.method,
    who,
    author: fact.author ?? null,
    runner: fact.runner ?? null,
    apiKey: fact.api_key ?? null,
    notedAt: at,
    ledgerAt: fact.ledger_at ?? null,
    leaseUntil: leaseEnd(at, fact),
    customer: fact.customer ?? null,
    reserves: fact.reserves ?? null,
    batch: fact.batch ?? null,
    row: fact.row ?? null,
    notedRun: fact.run ?? null,
    run: fact.run ?? null,
    undoes: fact.undoes ?? null,
    toFollow: fact.to_follow ?? 0,
    approvedBy: fact.approved_by ?? null,
    ...notEnded,
  };
}

const notEnded = {
  ended: null,
  endedAt: null,
  endedBy: null,
  status: null,
  requestId: null,
  isReplayed: false,
  isFound: false,
  entry: null,
  block: null,
  amount: null,
  acknowledgedAt: null,
} satisfies Partial<Standing>;

function taken(before: Standing, { at, fact }: Happening<Taken>) {
  return {
    // A process works on it again.
    state: isOpen(before) ? 'noted' : before.state,
    runner: fact.runner ?? (fact.run === undefined ? before.runner : null),
    run: fact.run ?? before.run,
    leaseUntil: leaseEnd(at, fact),
  } satisfies Partial<Standing>;
}

function ended({ seq, at, who, fact }: Happening<Ended>) {
  return {
    state: fact.state,
    ended: seq,
    endedAt: at,
    endedBy: who,
    status: fact.status ?? null,
    requestId: fact.request_id ?? null,
    isReplayed: fact.replayed === true,
    isFound: fact.found === true,
    entry: fact.entry ?? null,
    block: fact.block ?? null,
    amount: fact.amount ?? null,
    acknowledgedAt: null,
  } satisfies Partial<Standing>;
}

/** A run of a batch as it stands; its texts lie beside the chain. */
export interface RunStanding {
  /** The sequence number of the event that began it. */
  readonly begun: number;
  readonly batch: string;
  readonly run: number;
  readonly plan: string;
  readonly rows: number;
  readonly isUndo: boolean;
  readonly who: string;
  readonly author: FactAuthor;
  readonly runner: FactRunner;
  readonly apiKey: string | null;
  readonly begunAt: number;
  readonly leaseUntil: number;
  readonly endedAt: number | null;
  readonly counts: Omit<BatchEnded, 'kind' | 'batch' | 'run'> | null;
  readonly approvedBy: readonly string[];
}

/** Throws a TypeError if the run is not the next one. @param runs so many the batch has had */
export function runBegun({ seq, at, who, fact }: Happening<BatchBegun>, runs: number): RunStanding {
  if (fact.run !== runs + 1)
    throw new TypeError(`the batch ${fact.batch} has had ${runs} runs; run ${fact.run} cannot begin`);
  return {
    batch: fact.batch,
    run: fact.run,
    plan: fact.plan,
    rows: fact.rows,
    isUndo: fact.undo === true,
    who,
    author: fact.author,
    runner: fact.runner,
    begun: seq,
    apiKey: fact.api_key ?? null,
    begunAt: at,
    leaseUntil: leaseEnd(at, fact),
    endedAt: null,
    counts: null,
    approvedBy: fact.approved_by ?? [],
  };
}

/** Throws a TypeError for a run that never began, or that has ended. */
export function runEnded(before: RunStanding | undefined, event: Happening<BatchEnded>): RunStanding {
  const { batch, run, succeeded, failed, unknown, unprocessed } = event.fact;
  if (before === undefined || before.endedAt !== null)
    throw new TypeError(`run ${run} of the batch ${batch} does not go on, so it cannot end`);
  return { ...before, endedAt: event.at, counts: { succeeded, failed, unknown, unprocessed } };
}
