// The machine of a simulated process: its clock, its record and its network are those of the simulated world.
import path from 'node:path';
import { openSqliteRecord } from '../../src/record/sqlite/store.ts';
import type { System } from '../../src/runtime/system.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Exchange, WireAnswer, WireRequest } from '../../src/wire/json.ts';
import { faultyExchange } from '../support/simulated-network.ts';
import { steppedRecord } from '../support/simulated-record.ts';
import type { SimulatedProcess, World } from '../support/simulated-world.ts';

/** One run of a command. */
export interface Run {
  readonly line: string;
  readonly process: SimulatedProcess;
  /** Where the account has two of them. */
  readonly apiKey: string | undefined;
  /** Writes that the API applied for this process, so far. */
  applied: number;
  /** What a failed run said of that: `yes`, `no` or `unknown`. */
  said?: string;
  readonly onReported: () => void;
}

interface Surroundings {
  readonly world: World;
  readonly home: string;
  readonly ledger: Sandbox;
  readonly isEmbedded: boolean;
  readonly newKey: () => string;
  readonly fail: (error: unknown) => void;
}

/** Throws if a run said that nothing was applied, and something was: then, or later. */
export function checkSaid({ applied, said, process, line }: Run): void {
  if (applied > 0 && said === 'no') throw new Error(`${applied} were applied by ${process.pid}: ${line}`);
}

const isDry = ({ line }: Run): boolean => line.includes('--dry-run');

/** An answer without the names by which an embedded ledger is known. */
export function asOrb(answer: WireAnswer): WireAnswer {
  const { 'creditctl-ledger': _, 'creditctl-ledger-ahead': _ahead, ...headers } = answer.headers;
  return { ...answer, headers };
}

/** Orb may know idempotency keys by the API key that sent them, so another API key does not find them. */
function underApiKey(request: WireRequest, apiKey = ''): WireRequest {
  const { 'idempotency-key': key, ...headers } = request.headers;
  return key === undefined
    ? request
    : { ...request, headers: { ...headers, 'idempotency-key': key + apiKey } };
}

export function officeSystem(usual: System, made: Run, around: Surroundings): System {
  const { world, home, newKey, fail } = around;
  const { process, onReported } = made;
  const file = path.join(home, '.local', 'state', 'creditctl', 'record.db');
  return {
    ...usual,
    now: () => world.now,
    monotonic: () => world.now,
    random: () => world.oneOf([0.1, 0.5, 0.9]),
    newKey,
    sleep: (ms, signal) => world.turn(process, ms, signal),
    process: {
      ...usual.process,
      host: process.machine,
      runner: { machine: process.machine, pid: process.pid },
      isAlive: (runner) => world.isAlive(runner),
    },
    exchange: async () => ({ exchange: exchangeOf(made, around), close: () => {} }),
    record: async (_, opening) => {
      await world.turn(process);
      const store = await world.act(() => openSqliteRecord(file, opening));
      const onWrite = (name: string) =>
        isDry(made) && fail(new Error(`${made.line} called ${name} of the record`));
      return steppedRecord(store, { world, process, onReported, onWrite });
    },
  };
}

function exchangeOf(made: Run, { world, ledger, isEmbedded, fail }: Surroundings): Exchange {
  const { process, line, apiKey } = made;
  const named = (answer: WireAnswer): WireAnswer => (isEmbedded ? answer : asOrb(answer));
  const answer = async (request: WireRequest, deadline: number): Promise<WireAnswer> => {
    await world.away(process, deadline);
    const answered = await ledger.exchange(isEmbedded ? request : underApiKey(request, apiKey));
    if (request.method === 'GET') return named(answered);
    if (isDry(made)) fail(new Error(`${line} sent ${request.method} ${request.path}`));
    const isReplay = answered.headers['idempotent-replayed'] !== undefined;
    if (answered.status < 300 && !isReplay) made.applied += 1;
    const key = request.headers['idempotency-key'];
    world.tell(`${process.pid}: ${answered.status}${isReplay ? ' again' : ''} to ${request.path} ${key}`);
    try {
      checkSaid(made);
    } catch (error) {
      fail(error);
    }
    return named(answered);
  };
  return faultyExchange(answer, { process, world });
}
