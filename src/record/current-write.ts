// Computes the current state of a write or a batch run from its facts, and rejects impossible changes. Pure.
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

/** A write after its latest event. Instants are milliseconds since the epoch, by the record's clock. */
export interface CurrentWrite {
  readonly key: string;
  readonly attempt: number;
  readonly state: WriteState;
  /** The sequence number of the event that noted the attempt: the order of writes, even if a clock was set back. */
  readonly noted: number;
  /** The sequence number of the last `ended` event. */
  readonly ended: number | null;
  /** The sequence number of the key's latest event, which `NewFact.after` compares. */
  readonly version: number;
  /** Empty for a row of a batch. */
  readonly fingerprint: string;
  readonly isNamed: boolean;
  readonly method: string;
  /** The person, as the record stamped it: the database role, or the OS user. */
  readonly who: string;
  /** `null` for a row of a batch: the run that noted the row has it. */
  readonly author: FactAuthor | null;
  /** `null` for a row of a batch: the run that works on the row has it. */
  readonly runner: FactRunner | null;
  /** The hash of the first attempt's API key; `null` for a row of a batch: the run that noted the row has it. */
  readonly apiKey: string | null;
  readonly notedAt: number;
  readonly ledgerAt: string | null;
  readonly leaseUntil: number;
  readonly customer: string | null;
  /** The reservation of the note; `stillReserves` says whether it still counts. */
  readonly reserves: Reservation | null;
  readonly batch: string | null;
  readonly row: number | null;
  readonly notedRun: number | null;
  readonly run: number | null;
  readonly undoes: string | null;
  readonly toFollow: number;
  readonly approvedBy: readonly string[] | null;
  readonly endedAt: number | null;
  /** The person who noted the end, as the record stamped it: another person may have settled the write. */
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

/** A fact with the stamps of its event. */
export interface StampedFact<F> {
  readonly seq: number;
  /** Milliseconds since the epoch, by the record's clock. */
  readonly at: number;
  readonly who: string;
  readonly fact: F;
}

/** Whether the reservation of a write still counts. A write without effect releases its reservation. */
export const stillReserves = (state: WriteState): boolean => isOpen({ state }) || state === 'settled';

/** The end of a lease. A lease is limited to one day; creditctl asks for minutes. */
const leaseEnd = (at: number, { lease_ms: asked }: { readonly lease_ms: number }): number =>
  at + Math.min(asked, 86_400_000);

/** A write after one more event. An impossible change is a defect: throws a TypeError. */
export function writeAfter(before: CurrentWrite | undefined, event: StampedFact<KeyedFact>): CurrentWrite {
  const { fact } = event;
  if (fact.kind === 'noted') return noted(before, { ...event, fact });
  if (before === undefined || before.attempt !== fact.attempt) throw impossibleChange(before, fact);
  const version = event.seq;
  switch (fact.kind) {
    case 'taken':
      if (!isOpen(before) && !isUnreported(before)) throw impossibleChange(before, fact);
      return { ...before, version, ...taken(before, { ...event, fact }) };
    case 'ended':
      if (!isOpen(before) || (fact.state === 'unsent' && mayHaveLeft(before)))
        throw impossibleChange(before, fact);
      return { ...before, version, ...ended({ ...event, fact }) };
    case 'acknowledged':
      if (isOpen(before)) throw impossibleChange(before, fact);
      return { ...before, version, acknowledgedAt: before.acknowledgedAt ?? event.at };
  }
}

/** Whether the write succeeded and no command reported that. A repeated command takes such a write over to report it. */
const isUnreported = ({ state, acknowledgedAt }: CurrentWrite): boolean =>
  state === 'settled' && acknowledgedAt === null;

/** Whether another process worked on the write after its note. Then no process knows that the request never left. */
const mayHaveLeft = ({ version, noted }: CurrentWrite): boolean => version !== noted;

function impossibleChange(before: CurrentWrite | undefined, { kind, key, attempt }: KeyedFact): TypeError {
  const stands = before === undefined ? 'unknown' : `${before.state} in attempt ${before.attempt}`;
  return new TypeError(`the key ${key} is ${stands}; ${kind} in attempt ${attempt} cannot follow`);
}

function noted(before: CurrentWrite | undefined, { seq, at, who, fact }: StampedFact<Noted>): CurrentWrite {
  const isNext = before === undefined ? fact.attempt === 1 : fact.attempt === before.attempt + 1;
  if (!isNext || (before !== undefined && stillReserves(before.state))) throw impossibleChange(before, fact);
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
} satisfies Partial<CurrentWrite>;

function taken(before: CurrentWrite, { at, fact }: StampedFact<Taken>) {
  return {
    // A process works on the write again.
    state: isOpen(before) ? 'noted' : before.state,
    runner: fact.runner ?? (fact.run === undefined ? before.runner : null),
    run: fact.run ?? before.run,
    leaseUntil: leaseEnd(at, fact),
  } satisfies Partial<CurrentWrite>;
}

function ended({ seq, at, who, fact }: StampedFact<Ended>) {
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
  } satisfies Partial<CurrentWrite>;
}

/** A batch run after its latest event. Its texts are stored apart. */
export interface CurrentRun {
  /** The sequence number of the event that began the run. */
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
  /** The start by the clock of an embedded ledger. Only the event has it. */
  readonly ledgerAt: string | null;
  readonly leaseUntil: number;
  readonly endedAt: number | null;
  readonly counts: Omit<BatchEnded, 'kind' | 'batch' | 'run'> | null;
  readonly approvedBy: readonly string[];
}

/** Throws a TypeError if the run is not the next one. @param runs the number of earlier runs of the batch */
export function runBegun({ seq, at, who, fact }: StampedFact<BatchBegun>, runs: number): CurrentRun {
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
    ledgerAt: fact.ledger_at ?? null,
    leaseUntil: leaseEnd(at, fact),
    endedAt: null,
    counts: null,
    approvedBy: fact.approved_by ?? [],
  };
}

/** Throws a TypeError for a run that never began, or that has already ended. */
export function runEnded(before: CurrentRun | undefined, event: StampedFact<BatchEnded>): CurrentRun {
  const { batch, run, succeeded, failed, unknown, unprocessed } = event.fact;
  if (before === undefined || before.endedAt !== null)
    throw new TypeError(`run ${run} of the batch ${batch} does not go on, so it cannot end`);
  return { ...before, endedAt: event.at, counts: { succeeded, failed, unknown, unprocessed } };
}
