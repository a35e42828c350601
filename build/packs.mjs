// Chooses the chunks that share a file, so that common commands read few files and little unused code.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const recorder = fileURLToPath(new URL('loaded-chunks.mjs', import.meta.url));

/** The path of the ledger, below the home folder. */
const ledger = '$HOME/.local/state/creditctl/sandbox.db';

/** Commands that run before the measured ones. */
const ofSetUp = {
  '': ['1', '2', '3'].map((amount) => ['ledger', 'add', 'acme', '--amount', amount, '--sandbox', '--yes']),
};

/** A pack holds the chunks that its commands load and no earlier command loads. */
const ofCommands = {
  'start.pack.js': [['ledger', 'add', '--help']],
  'read.pack.js': [
    ['ledger', 'list', 'acme', '--sandbox', '--limit', '2', '-o', 'json'],
    ['ledger', 'list', 'acme', '--sandbox', '--limit', '2'],
    ['ORB_API_KEY=key_of_a_build', 'ORB_BASE_URL=$SERVER', 'ledger', 'list', 'acme'],
    ['balance', 'acme', '--sandbox'],
    ['blocks', 'list', 'acme', '--sandbox'],
  ],
  'write.pack.js': [
    ['ledger', 'add', 'acme', '--amount', '1', '--sandbox', '--dry-run'],
    ['ledger', 'add', 'acme', '--amount', '1', '--sandbox', '--yes'],
    ['history', 'list'],
    ['undo', 'last', '--sandbox', '--yes'],
  ],
};

/** Packs for completion, which shares none with commands: one file opens faster than two. */
const ofTabs = {
  'tab.pack.js': [['ledger', 'a']],
  'tab-kept.pack.js': [['balance', '--sandbox', 'ac']],
  // Without a cache, completion reads the ledger.
  'tab-live.pack.js': [
    ['CREDITCTL_STATE_DIR=/dev/null/none', `CREDITCTL_SANDBOX_DB=${ledger}`, 'balance', '--sandbox', 'ac'],
    ['blocks', 'expire', '--sandbox', 'acme', ''],
  ],
  'tab-fields.pack.js': [
    ...['ledger list', 'blocks list', 'customers list', 'history list', 'topups list', 'alerts list'],
    ...['invoices list', 'balance acme', 'reconcile acme', 'auth status', 'config list', 'doctor'],
    ...['report burndown', 'report expiring', 'report movements', 'report statement', 'webhooks verify'],
    ...['record status', 'sandbox status'],
  ].map((command) => [...command.split(' '), '--json', '']),
};

/** A larger chunk, in characters, stays in a file of its own, so that only the commands that need it read it. */
const largest = 60_000;

/**
 * @param {string} folder with each chunk in a file of its own
 * @param {ReadonlyMap<string, string>} chunks their code
 * @param {ReadonlyMap<string, ReadonlySet<string>>} users the nouns whose commands may load a chunk
 * @returns for commands and for completion: the chunks of each pack, and the pack of each chunk
 */
export function packsOf(folder, chunks, users) {
  const isSmall = (/** @type {string} */ name) => (chunks.get(name)?.length ?? 0) <= largest;
  const loaded = loadedFrom(folder);
  const commands = placed(loaded.commands, (name, pack) => pack === 'start.pack.js' || isSmall(name));
  for (const name of [...chunks.keys()].filter((each) => !commands.homes.has(each) && isSmall(each))) {
    const nouns = [...(users.get(name) ?? [])];
    // Prefixed, because the noun `completion` has commands, and completion itself has packs.
    const pack = `${nouns.length === 0 || nouns.length > 2 ? 'more' : `of-${nouns.join('-')}`}.pack.js`;
    commands.packs[pack] = [...(commands.packs[pack] ?? []), name];
    commands.homes.set(name, pack);
  }
  const tabs = placed(loaded.tabs, () => true);
  for (const name of tabs.homes.keys())
    if (!isSmall(name)) throw new Error(`A Tab loads ${name}, which takes too long for somebody who waits`);
  return [commands, { packs: tabs.packs, homes: new Map([...commands.homes, ...tabs.homes]) }];
}

/** @param {Record<string, readonly string[]>} loaded @param {(name: string, pack: string) => boolean} isIn */
function placed(loaded, isIn) {
  /** @type {Record<string, string[]>} */
  const packs = {};
  /** @type {Map<string, string>} */
  const homes = new Map();
  for (const [pack, names] of Object.entries(loaded)) {
    packs[pack] = names.filter((name) => isIn(name, pack));
    for (const name of packs[pack]) homes.set(name, pack);
  }
  return { packs, homes };
}

/** The chunks that the commands of each pack load first. */
function loadedFrom(folder) {
  const home = mkdtempSync(path.join(os.tmpdir(), 'creditctl-build-'));
  /** @returns {Record<string, string[]>} */
  const record = (entry, packs) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [recorder, path.join(folder, entry), JSON.stringify(packs)],
      {
        env: { PATH: process.env.PATH, HOME: home, NO_COLOR: '1' },
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 120_000,
      },
    );
    if (status !== 0) throw new Error(`The program that was built cannot run: ${stderr}`);
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  };
  try {
    record('start.js', ofSetUp);
    record('start-completion.js', { '': ofTabs['tab-kept.pack.js'] });
    // Completion runs before the commands, because a write would clear its cache.
    const tabs = record('start-completion.js', ofTabs);
    return { commands: record('start.js', ofCommands), tabs };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
