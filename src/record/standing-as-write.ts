// How a key stands, as it is shown to whoever asks: with author and runner of its run. Pure.
import type { FactAuthor, FactRunner } from './facts.ts';
import type { BatchRunRow, Write } from './known-write.ts';
import { holds, type RunStanding, type Standing } from './standing.ts';

/** RFC 3339, UTC, with milliseconds. @param at milliseconds since the epoch */
export const instantText = (at: number): string => new Date(at).toISOString();
export const instantOrNull = (at: number | null): string | null => (at === null ? null : instantText(at));

const nobody: FactAuthor = { os_user: '', host: '' };
const noRunner: FactRunner = { machine: '', pid: 0 };

/** The runs of a row of a batch: the one that noted it, and the one that works on it. */
export interface RunsOfRow {
  readonly noting: RunStanding | undefined;
  readonly working: RunStanding | undefined;
}

/** @param undoneBy the key of the write that took the last part of it back */
export function writeOf(standing: Standing, runs: RunsOfRow, undoneBy: string | null): Write {
  const { author, notedAt, reserves, approvedBy, endedAt, acknowledgedAt } = standing;
  return {
    key: standing.key,
    attempt: standing.attempt,
    state: standing.state,
    version: standing.version,
    fingerprint: standing.fingerprint,
    isNamed: standing.isNamed,
    method: standing.method,
    who: standing.who,
    author: author ?? runs.noting?.author ?? nobody,
    runner: runnerOf(standing, runs.working),
    apiKey: apiKeyOf(standing, runs.noting),
    notedAt: instantText(notedAt),
    ledgerAt: standing.ledgerAt,
    leaseUntil: instantText(leaseOf(standing, runs.working)),
    customer: standing.customer,
    currency: reserves?.currency ?? null,
    reserved: holds(standing.state) ? (reserves?.amount ?? null) : null,
    day: reserves?.day ?? null,
    batch: standing.batch,
    run: standing.run,
    row: standing.row,
    undoes: standing.undoes,
    toFollow: standing.toFollow,
    undoneBy,
    approvedBy: approvedBy ?? runs.noting?.approvedBy ?? [],
    endedAt: instantOrNull(endedAt),
    endedBy: standing.endedBy,
    status: standing.status,
    requestId: standing.requestId,
    isReplayed: standing.isReplayed,
    isFound: standing.isFound,
    entry: standing.entry,
    block: standing.block,
    amount: standing.amount,
    acknowledgedAt: instantOrNull(acknowledgedAt),
  };
}

export const runnerOf = ({ runner }: Standing, working: RunStanding | undefined): FactRunner =>
  runner ?? working?.runner ?? noRunner;

export const apiKeyOf = ({ apiKey }: Standing, noting: RunStanding | undefined): string | null =>
  apiKey ?? noting?.apiKey ?? null;

/** A run that goes on keeps its rows: its lease is theirs. */
export function leaseOf({ runner, leaseUntil }: Standing, working: RunStanding | undefined): number {
  const isOfRun = runner === null && working !== undefined && working.endedAt === null;
  return isOfRun ? Math.max(leaseUntil, working.leaseUntil) : leaseUntil;
}

export const batchRunOf = (
  { begun, apiKey, begunAt, leaseUntil, endedAt, ...run }: RunStanding,
  texts: Pick<BatchRunRow, 'command' | 'results'>,
): BatchRunRow => ({
  ...run,
  ...texts,
  begunAt: instantText(begunAt),
  leaseUntil: instantText(leaseUntil),
  endedAt: instantOrNull(endedAt),
});
