// Measures the forecast of `report burndown`: forecasts on a day of a generated history, then compares with the true day.
// Prints the error in days, and how often the true day is within the range. The same seed gives the same histories.
//
//   npm run bench:backtest
//   npm run bench:backtest -- --seed 7 --histories 500
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, histories: { type: 'string', default: '300' } },
});
const histories = Number(values.histories);

const dayLength = 86_400_000;
const begin = Date.UTC(2026, 0, 1);
/** Days of use before the forecast. */
const knownDays = [7, 14, 30, 90];
const daysMax = 2000;

/** mulberry32 is small, fast, and the same on every machine. */
function chanceOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const bell = (chance) => Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());

/** The use of each day, in hundredths of a credit, around a mean of 10 credits. */
const kinds = {
  even: (chance) => () => 10 * Math.max(0, 1 + 0.2 * bell(chance)),
  weekdays: (chance) => (day) => ((day + 4) % 7 < 5 ? 13 : 2) * Math.max(0, 1 + 0.3 * bell(chance)),
  bursts: (chance) => () => (chance() < 0.15 ? 50 * chance() * 2 : 3 * chance() * 2),
  growing: (chance) => (day) => 10 * 1.01 ** day * Math.max(0, 1 + 0.3 * bell(chance)),
  shifting: (chance) => {
    let level = 10;
    return () => {
      if (chance() < 0.02) level *= 0.5 + 1.5 * chance();
      return level * Math.max(0, 1 + 0.3 * bell(chance));
    };
  },
};

const hundredths = (value) => Math.round(value * 100);
const textOf = (value) => (value / 100).toFixed(2);

/** Plays the use: each day takes from the block that expires first. Returns the first day that begins without credits. */
function runOutOf(blocks, use, from) {
  const left = blocks.map((block) => ({ ...block }));
  for (let day = from; day < daysMax; day += 1) {
    const open = left.filter(({ before }) => day < before).sort((a, b) => a.before - b.before);
    if (open.every(({ balance }) => balance === 0)) return day;
    let wanted = use[day];
    for (const block of open) {
      const taken = Math.min(wanted, block.balance);
      block.balance -= taken;
      wanted -= taken;
    }
  }
  return undefined;
}

function forecast({ burndownOf, UseByDay, usualSpan }, { blocks, use, day }) {
  const at = begin + day * dayLength;
  const asOf = new Date(at).toISOString().slice(0, 10);
  const used = new UseByDay('UTC');
  for (let earlier = 0; earlier < day; earlier += 1)
    used.add({
      created_at: `${new Date(begin + earlier * dayLength).toISOString().slice(0, 19)}+00:00`,
      entry_type: 'decrement',
      starting_balance: textOf(use[earlier]),
      ending_balance: '0',
    });
  const rate = used.rate(usualSpan(asOf, { isOver: false, firstUse: used.firstDay }));
  const { runOutOn, runOutEarliest, runOutLatest } = burndownOf({
    blocks: blocks.map(({ balance, before }, index) => blockOf(String(index), balance, before)),
    asOf,
    at,
    zone: 'UTC',
    rate,
  });
  const dayOf = (date) => (date === null ? undefined : (Date.parse(date) - begin) / dayLength);
  return { on: dayOf(runOutOn), earliest: dayOf(runOutEarliest), latest: dayOf(runOutLatest) };
}

const blockOf = (id, balance, before) => ({
  id,
  balance: textOf(balance),
  effective_date: null,
  expiry_date:
    before === Infinity ? null : `${new Date(begin + before * dayLength).toISOString().slice(0, 19)}+00:00`,
  per_unit_cost_basis: null,
  status: 'active',
  maximum_initial_balance: null,
  filters: [],
  credit_block_source: 'manual',
  metadata: {},
});

/** Blocks that last about one to twelve weeks, half of the time with one that expires before it is used up. */
function blocksOf(chance, day) {
  const lasting = { balance: hundredths(70 + chance() * 770), before: Infinity };
  if (chance() < 0.5) return [lasting];
  const before = day + 3 + Math.floor(chance() * 25);
  return [lasting, { balance: hundredths(20 + chance() * 300), before }];
}

function backtest(reports, kind, day) {
  const errors = [];
  const shares = [];
  let covered = 0;
  for (let index = 0; index < histories; index += 1) {
    const seed = Number(values.seed) * 1_000_003 + index * 97 + day * 7 + Object.keys(kinds).indexOf(kind);
    const chance = chanceOf(seed);
    const useOn = kinds[kind](chance);
    const use = Array.from({ length: daysMax }, (_, each) => hundredths(useOn(each)));
    const blocks = blocksOf(chance, day);
    const truth = runOutOf(blocks, use, day);
    const { on, earliest = 0, latest = Infinity } = forecast(reports, { blocks, use, day });
    if (on === undefined || truth === undefined) throw new Error(`history ${seed} does not run out`);
    errors.push(Math.abs(on - truth));
    shares.push(Math.abs(on - truth) / Math.max(1, truth - day));
    if (earliest <= truth && truth <= latest) covered += 1;
  }
  return { error: median(errors), share: median(shares), coverage: covered / histories };
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

const folder = mkdtempSync(path.join(tmpdir(), 'creditctl-backtest-'));
try {
  const outfile = path.join(folder, 'reports.mjs');
  const contents = `export * from './src/reports/burndown.ts'; export * from './src/reports/burndown.ts';`;
  await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'error',
  });
  const reports = await import(pathToFileURL(outfile).href);
  console.log(`${histories} histories each, seed ${values.seed}`);
  console.log('use        days known  median error  of the way  within the range');
  for (const kind of Object.keys(kinds))
    for (const day of knownDays) {
      const { error, share, coverage } = backtest(reports, kind, day);
      const percent = (value) => `${Math.round(value * 100)} %`;
      console.log(
        [
          kind.padEnd(9),
          String(day).padStart(10),
          `${error} d`.padStart(12),
          percent(share).padStart(10),
          percent(coverage).padStart(16),
        ].join('  '),
      );
    }
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
