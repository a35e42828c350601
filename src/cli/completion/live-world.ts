// Gives completion the profiles of the configuration, and live values from the chosen connection.
import { statSync } from 'node:fs';
import { makeSecrets } from '../../platform/secrets.ts';
import { type ConnectionChoice, connectionInUse, type OrbChoice } from '../../profiles/choose-connection.ts';
import { knownSecrets, readConfig } from '../../profiles/config-file.ts';
import { type Environment, type Folders, folders, homeFolder } from '../../profiles/environment.ts';
import { defaultProfile } from '../../profiles/settings.ts';
import type { LiveQuestion, LiveValues } from './answer.ts';
import { keepValues, keptValues } from './kept-values.ts';
import {
  type LiveRequest,
  type LiveValue,
  liveCandidates,
  liveClock,
  liveRecords,
  liveRequest,
  liveValue,
} from './live-values.ts';

export interface LiveWorldOptions {
  readonly env: Environment;
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Identifies this process among all running processes. */
  readonly process: string;
  /** Aborted when the time limit passes: completion must answer fast. */
  readonly signal: AbortSignal;
}

/** How long cached values are valid, in milliseconds. A changed database ends the validity at once. */
const life = { orb: 30_000, sandbox: 60_000, failure: 10_000 };

export function liveWorld(options: LiveWorldOptions): LiveValues {
  const { env } = options;
  const places = folders(env, homeFolder(env));
  return {
    profiles: async () => {
      const { profiles } = readConfig(places.config);
      const names = new Set([defaultProfile, ...Object.keys(profiles)]);
      return [...names].sort().map((value) => ({ value, description: profiles[value]?.kind ?? 'orb' }));
    },
    live: async (question) => {
      const request = liveRequest(question);
      if (request === undefined) return [];
      const choice = connectionInUse({
        flags: question.flags,
        env,
        config: readConfig(places.config),
        folders: places,
      });
      const values = await liveValues({ choice, request, question, places }, options);
      return liveCandidates(question, values);
    },
  };
}

interface Asking {
  readonly choice: ConnectionChoice;
  readonly request: LiveRequest;
  readonly question: LiveQuestion;
  readonly places: Folders;
}

async function liveValues(asking: Asking, options: LiveWorldOptions): Promise<readonly LiveValue[]> {
  const { choice, request, question, places } = asking;
  const kept = {
    state: places.state,
    now: options.now(),
    writer: options.process,
    question: [...identity(choice), request.path, ...request.query.flat()],
    key: choice.kind === 'sandbox' ? undefined : (keyAtHand(choice) ?? ''),
    stamp: choice.kind === 'sandbox' ? stampOf(choice.db) : '',
  };
  const known = keptValues(kept);
  if (known !== undefined) return known;
  const open = await openExchange(choice, options);
  if (open === undefined) return [];
  try {
    const [records, local] = await Promise.all([
      liveRecords(open.exchange, request, options.signal),
      liveClock(open.exchange, question, options.signal),
    ]);
    const { isIn } = makeSecrets(() => knownSecrets(options.env, places));
    // A value that holds a key is neither cached nor offered: completing it would pass the key on.
    const values = records
      .flatMap((record) => liveValue(question, record, local))
      .filter((value) => !isIn(Object.values(value).join('\n')));
    keepValues(kept, values, life[choice.kind]);
    return values;
  } catch (error) {
    // After a failed request, the next press of the key must not wait for the same failure.
    if (choice.kind === 'orb') keepValues(kept, [], life.failure);
    throw error;
  } finally {
    void open.close();
  }
}

const identity = (choice: ConnectionChoice): readonly string[] =>
  choice.kind === 'sandbox' ? ['sandbox', choice.db] : ['orb', choice.baseUrl];

/** The key, if it is known without asking a command or a keychain, which would keep a person waiting. */
const keyAtHand = ({ key }: OrbChoice): string | undefined =>
  key !== undefined && 'value' in key ? key.value : undefined;

/** A text that changes with every write to the database. */
function stampOf(db: string): string {
  return (
    [db, `${db}-wal`]
      .map((file) => statSync(file, { throwIfNoEntry: false }))
      // The write-ahead log of a closed database is empty or missing, and both mean the same.
      .map((stat) => (stat === undefined || stat.size === 0 ? '' : `${stat.mtimeMs}:${stat.size}`))
      .join(' ')
  );
}

async function openExchange(choice: ConnectionChoice, { version }: LiveWorldOptions) {
  if (choice.kind === 'sandbox') {
    if (statSync(choice.db, { throwIfNoEntry: false }) === undefined) return undefined;
    const { openSandboxForReading } = await import('../../sandbox/sandbox.ts');
    return openSandboxForReading(choice.db);
  }
  const apiKey = keyAtHand(choice);
  if (apiKey === undefined) return undefined;
  const { connectHttp } = await import('../../orb/http-exchange.ts');
  return connectHttp({
    baseUrl: choice.baseUrl,
    apiKey,
    userAgent: `creditctl/${version} completion`,
    proxy: choice.proxy,
  });
}
