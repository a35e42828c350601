// Adds the unknown outcome of earlier writes to a failure before this run could look for them.
import { counted } from '../credits/exact.ts';
import {
  CreditctlError,
  type ErrorKind,
  isInterruption,
  repetition,
  shellText,
  valueArgs,
} from '../errors.ts';
import { originOf } from '../record/accounts.ts';
import type { Account, WriteWithTexts } from '../record/record.ts';
import { afterWrite } from './after-write.ts';
import type { GlobalFlags, Runtime } from './runtime.ts';

type WriteFlags = GlobalFlags & {
  readonly idempotencyKey?: string;
  readonly body?: string;
  readonly inputFile?: string;
  readonly field?: readonly string[];
};

/** Failures of the connection, which prove nothing about an earlier write. */
const outside: ReadonlySet<ErrorKind> = new Set(['network', 'server', 'rate-limited', 'credentials']);

/** Whether a failure of this run, which applied nothing, leaves earlier writes open. */
const provesNothing = (error: unknown): error is CreditctlError =>
  error instanceof CreditctlError &&
  (outside.has(error.kind) || isInterruption(error)) &&
  (error.facts.applied ?? 'no') === 'no' &&
  error.facts.isOfRecord !== true;

/** Earlier writes of unknown outcome. */
interface OpenWrites {
  /** Sentences that say so, without the last full stop. */
  readonly what: string;
  /** The key of a single write. */
  readonly key?: string;
  /** How to look again. Default: as the error says, or the same command. */
  readonly next?: readonly string[];
}

/** The error if a search for earlier writes failed: their outcome stays unknown. */
export function stillUnknown(
  { kind, message, facts }: CreditctlError,
  { what, key, next = [] }: OpenWrites,
): CreditctlError {
  // Errors of these kinds name their own cause, so they keep their kind.
  const saysMore = kind === 'credentials' || isInterruption({ kind });
  const why = kind === 'outcome-unknown' ? '' : '. It could not be looked for';
  const ways = [...next, ...(facts.next ?? [])];
  return new CreditctlError(saysMore ? kind : 'outcome-unknown', `${what}${why}: ${message}`, {
    ...facts,
    applied: 'unknown',
    retrySafe: true,
    ...(key === undefined ? {} : { idempotencyKey: key }),
    mayPass: kind !== 'outcome-unknown',
    next:
      ways.length > 0
        ? ways
        : [repetition(' within 12 hours: it looks once more, and sends nothing before it knows')],
  });
}

/** The write of an identical command, or of a row of its batch. */
export const identicalWrite = ({
  key,
  notedAt,
  batch,
}: Pick<WriteWithTexts, 'key' | 'notedAt' | 'batch'>): OpenWrites =>
  batch === null
    ? { what: `An identical write of ${notedAt} has no known outcome`, key }
    : { what: `The outcome of rows of the batch ${batch} is not known` };

const open = ['noted', 'unknown'] as const;

interface EarlierOf {
  readonly flags: WriteFlags;
  /** As the command declares it. */
  readonly settles: 'writes' | 'batch' | undefined;
  /** The key of a write or the name of a batch, for a command that settles. */
  readonly named: string | undefined;
  /** The interruption that ended this run. */
  readonly ending?: CreditctlError;
}

/**
 * The failure of a command, corrected by the record: this run applied nothing, but an earlier run of the same command
 * may have applied its write, or the command was to find out what earlier commands did. Needs no network but that of the
 * record.
 */
export async function withEarlier(
  error: unknown,
  command: Omit<EarlierOf, 'ending'>,
  runtime: Runtime,
): Promise<unknown> {
  if (!provesNothing(error)) return error;
  const of = isInterruption(error) ? { ...command, ending: error } : command;
  if (of.settles !== undefined) {
    const left = await leftOpen(of, runtime).catch(() => undefined);
    if (left === undefined) return error;
    const unknown = stillUnknown(error, left);
    return left.isMoving ? unknown.with({ retrySafe: false }) : unknown;
  }
  const earlier = await earlierWrite(of, runtime).catch(() => undefined);
  if (earlier === undefined) return error;
  const { write, isSame } = earlier;
  // What was not sent cannot be compared, and the key may have been used for another write.
  if (!isSame) {
    const used =
      of.flags.idempotencyKey === undefined ? 'This command was run' : `The key ${write.key} was used`;
    const text = `${used} at ${write.notedAt}; whether it was for this write is not known`;
    return stillUnknown(error, identicalWrite(write)).with({}, `${text}: ${error.message}`);
  }
  if (write.state === 'settled') return afterWrite(error, { key: write.key, isRepeatable: true });
  if (of.named !== 'last' || write.undoes === null) return stillUnknown(error, identicalWrite(write));
  const next = [`Go on with that undo: creditctl undo ${valueArgs(write.undoes)}`];
  return stillUnknown(error, { ...identicalWrite(write), next }).with({ retrySafe: false });
}

/** The writes that the command was to settle; `undefined` if the outcome of each is known. */
async function leftOpen(
  of: EarlierOf,
  runtime: Runtime,
): Promise<(OpenWrites & { readonly isMoving: boolean }) | undefined> {
  const { store, accounts } = await accountsOf(of, runtime);
  const counts = new Map<string, { readonly where: string; count: number }>();
  for (const record of accounts.map((account) => store.of(account))) {
    const who = await record.who();
    for await (const write of record.writes({ states: open, withRows: true })) {
      if (!isMeant(write, of, who)) continue;
      const { batch } = write;
      const where = batch === null ? '' : ` of batch ${batch}`;
      const left = counts.get(wayOn(write)) ?? { where, count: 0 };
      counts.set(wayOn(write), { where, count: left.count + 1 });
    }
  }
  const sentences = [...counts.values()].map(
    ({ where, count }) => `The outcome of ${counted(count, 'write')}${where} is still unknown`,
  );
  const next = [...counts.keys()];
  // Without a name, `batch undo` takes back the newest batch, which is another one later.
  const isMoving = of.named === undefined && next.some((way) => way.startsWith('creditctl batch undo'));
  return counts.size === 0 ? undefined : { what: sentences.join('\n'), next, isMoving };
}

/** Whether the command was to settle the write. Without a name, the batch commands take a batch of this person. */
function isMeant({ key, batch, who }: WriteWithTexts, { settles, named }: EarlierOf, own: string): boolean {
  if (settles === 'writes') return named === undefined || key === named;
  return batch !== null && (named === undefined ? who === own : batch === named);
}

function wayOn({ batch, undoes }: WriteWithTexts): string {
  if (batch === null) return 'creditctl history settle';
  const verb = undoes === null ? 'resume' : 'undo';
  return `creditctl batch ${verb} ${valueArgs(batch)}`;
}

/**
 * The write with the same key, and whether it is certain that its command line, account and request were the same; else
 * this person's newest write of the same command line with an unknown outcome.
 */
async function earlierWrite(of: Pick<EarlierOf, 'flags' | 'ending'>, runtime: Runtime) {
  const { idempotencyKey: key } = of.flags;
  const { argv, secrets } = runtime;
  const command = askedIn(shellText(argv.map(secrets.mask)));
  const isSameLine = ({ texts }: WriteWithTexts) =>
    texts.command !== null && askedIn(texts.command) === command;
  const { accounts, isKnown, store } = await accountsOf(of, runtime);
  const isCertain = isKnown && !readsContent(of.flags);
  for (const record of accounts.map((account) => store.of(account))) {
    const named = key === undefined ? undefined : await record.write(key);
    if (named !== undefined)
      return [...open, 'settled'].includes(named.state)
        ? { write: named, isSame: isCertain && isSameLine(named) }
        : undefined;
    for await (const write of record.writes({ who: await record.who(), states: open, withRows: true }))
      if (isSameLine(write)) return { write, isSame: isCertain };
  }
  return undefined;
}

/** Whether a part of the request is in a file or on stdin, where it may have changed. */
const readsContent = ({ body, inputFile, field = [] }: WriteFlags): boolean =>
  body !== undefined || inputFile !== undefined || field.some((pair) => /^[^=]*=@/.test(pair));

/** The account of the command; else the account that this profile last wrote to, if it may be the same. */
async function accountsOf({ flags, ending }: Pick<EarlierOf, 'flags' | 'ending'>, runtime: Runtime) {
  const choice = runtime.choice(flags);
  const { store, accounts } = await runtime.recordToRead(flags, ending);
  if (choice.kind === 'sandbox') {
    const { ledger } = await runtime.openSandbox(flags, { mayCreate: false });
    const own = await store.accountOfLedger(ledger());
    return { store, accounts: own === undefined ? [] : [own], isKnown: true };
  }
  const origin = originOf(choice.baseUrl);
  const apiKey = await runtime.keyOf(choice).catch(() => undefined);
  const own = apiKey === undefined ? undefined : await store.accountOfKey(origin, store.keyHash(apiKey));
  if (own !== undefined) return { store, accounts: [own], isKnown: true };
  // Without an answer, an embedded ledger over HTTP and an account under a new key are not recognised.
  const isPossible = (account: Account) => account.origin === origin || account.ledger !== null;
  return { store, accounts: accounts.filter(isPossible), isKnown: false };
}

/** A command line without the flags that do not change its write, such as a longer timeout. */
const askedIn = (command: string): string =>
  command.replaceAll(/ (-v|--verbose|-q|--quiet|--timing|--timeout[ =]\S+)(?= |$)/g, '');
