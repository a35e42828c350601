// The answer to one press of the Tab key: the candidates that begin with what is typed, wherever they come from.
import type { Program } from '../command-tree.ts';
import { type Candidate, customerIn, wantedIn } from './candidates.ts';
import { readSituation, type Situation } from './situation.ts';
import { isLive, type LiveSource, type Source } from './value-sources.ts';

/** The connection that the line asks for. */
export interface LineFlags {
  readonly profile?: string;
  readonly sandbox?: boolean;
  readonly db?: string;
}

export interface LiveQuestion {
  readonly source: LiveSource;
  readonly typed: string;
  /** As a word names one: `acme`, `id:…`. */
  readonly customer: string | undefined;
  readonly flags: LineFlags;
}

/** What lies outside the program. None of these may throw or take long. */
export interface World {
  readonly profiles: () => Promise<readonly Candidate[]>;
  readonly live: (question: LiveQuestion) => Promise<readonly Candidate[]>;
}

export interface Answer {
  readonly candidates: readonly Candidate[];
  /** Names of files are wanted, which the shell knows best. */
  readonly files: boolean;
  /** What of the word comes before a file's name: `--body=`. */
  readonly lead: string;
}

/** @param line the words after `creditctl`, the last one (perhaps empty) being typed */
export async function answer(program: Program, line: readonly string[], world: World): Promise<Answer> {
  const situation = readSituation(program, line);
  const { place, typed } = situation;
  const lead = place.kind === 'value' ? place.lead : '';
  const { candidates, sources } = wantedIn(program, situation);
  const found = await Promise.all(sources.map((source) => fromSource(source, situation, world)));
  const unique = new Map([...candidates, ...found.flat()].map((each) => [each.value, each]));
  return {
    candidates: [...unique.values()]
      .filter(({ value }) => value.startsWith(typed))
      .map((each) => ({ ...each, value: `${lead}${each.value}` })),
    files: sources.includes('files'),
    lead,
  };
}

async function fromSource(source: Source, situation: Situation, world: World): Promise<readonly Candidate[]> {
  if (isLive(source)) return fromApi(source, situation, world);
  switch (source) {
    case 'files':
      return [];
    case 'profiles':
      return world.profiles();
    case 'dates':
      return dates;
    case 'time zones':
      return Intl.supportedValuesOf('timeZone').map((value) => ({ value }));
    case 'columns':
      return listed(
        ((await situation.command?.shows?.())?.columns ?? []).map(({ name }) => name),
        situation.typed,
      );
    case 'fields':
      return listed((await situation.command?.shows?.())?.fields ?? [], situation.typed);
  }
}

const dates: readonly Candidate[] = [
  { value: 'today', description: "in the customer's time zone" },
  { value: '+30d', description: 'days from today; also +6w, +3m, +1y' },
  { value: 'eom', description: 'last day of the month' },
  { value: 'eoq', description: 'last day of the quarter' },
  { value: 'eoy', description: 'last day of the year' },
];

/** Names separated by commas: what stands before the last comma stays, and is not offered again. */
function listed(names: readonly string[], typed: string): readonly Candidate[] {
  const before = typed.slice(0, typed.lastIndexOf(',') + 1);
  const chosen = before.split(',');
  return names
    .filter((name) => !chosen.includes(name) && !name.endsWith('.*'))
    .map((name) => ({ value: `${before}${name}`, goesOn: true as const }));
}

async function fromApi(
  source: LiveSource,
  situation: Situation,
  world: World,
): Promise<readonly Candidate[]> {
  const { given, noun, typed } = situation;
  const profile = given.get('--profile')?.at(-1);
  const db = given.get('--db')?.at(-1);
  return world.live({
    source,
    typed,
    customer: customerIn(situation),
    flags: {
      ...(profile === undefined ? {} : { profile }),
      ...(db === undefined ? {} : { db }),
      // The commands of this noun are about the embedded ledger, whatever the profile.
      ...(given.has('--sandbox') || noun?.name === 'sandbox' ? { sandbox: true } : {}),
    },
  });
}
