// The kinds of failure with the exit code of each, and the command lines that lead on from one.

export const exitCodes = {
  failure: 1,
  'check-failed': 1,
  usage: 2,
  credentials: 3,
  'not-found': 4,
  rejected: 5,
  'rate-limited': 6,
  server: 7,
  network: 8,
  'partly-done': 9,
  refused: 10,
  'outcome-unknown': 11,
  'hung-up': 129,
  interrupted: 130,
  terminated: 143,
} as const;

export type ErrorKind = keyof typeof exitCodes;
export type ExitCode = 0 | (typeof exitCodes)[ErrorKind];

/** Whether this run wrote anything; `no` also for reads and for what never left, `yes` also for a part of a batch. */
export type Applied = 'yes' | 'no' | 'unknown';

export interface ErrorFacts {
  /** What an operator can do now, each a sentence or a command line. */
  readonly next?: readonly string[];
  readonly status?: number;
  /** Such as `404-resource-not-found`, of a refusal in the API's own form, which no proxy writes. */
  readonly refusal?: string;
  readonly requestId?: string;
  readonly idempotencyKey?: string;
  readonly applied?: Applied;
  /** Whether the same command line, run again, writes nothing twice; by default, only if nothing was applied. */
  readonly retrySafe?: boolean;
  /** The API was out of reach or busy, or could not be asked: the same request may fare better later. */
  readonly mayPass?: boolean;
  /** What is wrong with the command line, one by one; the message says the same. */
  readonly problems?: readonly Problem[];
  readonly cause?: unknown;
}

/**
 * A failure with a sentence for the person and a kind for the script.
 * Anything else that reaches `main` is a defect of this program, not a user's mistake.
 */
export class CreditctlError extends Error {
  override readonly name = 'CreditctlError';
  readonly kind: ErrorKind;
  readonly facts: ErrorFacts;

  constructor(kind: ErrorKind, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.kind = kind;
    this.facts = facts;
  }

  /** The same failure with more facts, or with others in the place of those. */
  with(facts: ErrorFacts, message = this.message): CreditctlError {
    return new CreditctlError(this.kind, message, { ...this.facts, ...facts });
  }
}

/** A failure before anything was applied. @param next the ways out, a sentence or a command each */
export const notApplied = (kind: ErrorKind, message: string, next: readonly string[]): CreditctlError =>
  new CreditctlError(kind, message, { applied: 'no', next });

/** Words joined so that a POSIX shell reads them back as they are: what a command line in `next` is made of. */
export function shellText(words: readonly string[]): string {
  return words
    .map((word) => (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}

/** The last words of a command line, none of them a flag: after `--` where one could be taken for a flag. */
export const valueWords = (...values: readonly string[]): string =>
  shellText(values.some((value) => value.startsWith('-')) ? ['--', ...values] : values);

/** A flag with its value, or nothing where there is none. A value that could be taken for a flag is joined to it. */
export function flagWords(flag: string, value: string | undefined): readonly string[] {
  if (value === undefined) return [];
  return value.startsWith('-') ? [`${flag}=${value}`] : [flag, value];
}

/** The flags that choose a connection, each as it would be typed; empty where it was not said. */
export type ConnectionTexts = Readonly<Record<'profile' | 'sandbox' | 'db', string>>;

/** The flags of a connection that was chosen so. */
export const connectionTexts = ({
  profile,
  sandbox,
  db,
}: {
  readonly profile?: string | undefined;
  readonly sandbox?: boolean;
  readonly db?: string | undefined;
}): ConnectionTexts => ({
  profile: shellText(flagWords('--profile', profile)),
  sandbox: sandbox === true ? '--sandbox' : '',
  db: shellText(flagWords('--db', db)),
});

/** A command line of this program. @param where made by `connectionTexts`; said before the last words */
export function commandLine(
  words: readonly string[],
  where: Partial<ConnectionTexts> = {},
  last: readonly string[] = [],
): string {
  const parts = [shellText(['creditctl', ...words]), ...Object.values(where), shellText(last)];
  return parts.filter((part) => part !== '').join(' ');
}

/** Whether a customer, block or the like does not exist: a 404 of another form or for the path proves nothing of it. */
export const isAbsent = (error: unknown): error is CreditctlError =>
  error instanceof CreditctlError &&
  error.kind === 'not-found' &&
  (error.facts.status === undefined || error.facts.refusal === '404-resource-not-found');

/** What is read of a customer or block; `undefined` where it does not exist. */
export const unlessGone = <Read>(read: () => Promise<Read>): Promise<Read | undefined> =>
  read().catch((error: unknown) => {
    if (!isAbsent(error)) throw error;
    return undefined;
  });

/** Whether the same command line can be run again and writes nothing twice. */
export const isRetrySafe = ({ facts }: CreditctlError): boolean =>
  facts.retrySafe ?? (facts.applied ?? 'no') === 'no';

export function exitCodeOf(error: CreditctlError): ExitCode {
  return exitCodes[error.kind];
}

/** A write that was applied, or several of them. */
export interface Written {
  /** Its idempotency key; left out for several writes. */
  readonly key?: string;
  /** The same command line, run again, writes nothing more. */
  readonly isRepeatable: boolean;
}

/** The same key twice is one write. @param key under which the write was sent */
export const writtenUnder = (flags: { readonly idempotencyKey?: string }, key: string): Written => ({
  key,
  isRepeatable: flags.idempotencyKey !== undefined,
});

/** A failure after a write that was applied, such as to read or show its result: it says that the write stands. */
export function afterWrite(error: unknown, written: Written): unknown {
  if (!(error instanceof CreditctlError)) return error;
  const { key, isRepeatable } = written;
  const named = key === undefined ? {} : { idempotencyKey: key };
  const facts = { ...named, applied: 'yes', retrySafe: isRepeatable } as const;
  return error.with(facts, `The write was applied, but ${error.message}`);
}

/** A command that could not find out what became of an identical earlier write: that stays as unknown as it was. */
export function stillUnknown(
  { kind, message, facts }: CreditctlError,
  { key, notedAt }: { readonly key: string; readonly notedAt: string },
): CreditctlError {
  // These say more about the search than that it failed.
  const saysMore = kind === 'credentials' || isInterruption({ kind });
  const why = kind === 'outcome-unknown' ? '' : '. It could not be looked for';
  const text = `An identical write of ${notedAt} has no known outcome${why}: ${message}`;
  return new CreditctlError(saysMore ? kind : 'outcome-unknown', text, {
    ...facts,
    applied: 'unknown',
    retrySafe: true,
    idempotencyKey: key,
    mayPass: kind !== 'outcome-unknown',
    next: facts.next ?? ['Run the same command again: it looks once more, and sends nothing before it knows'],
  });
}

const interruptions: ReadonlySet<ErrorKind> = new Set(['interrupted', 'terminated', 'hung-up']);

/** Whether a signal ended the work, and not something that went wrong in it. */
export const isInterruption = ({ kind }: { readonly kind: ErrorKind }): boolean => interruptions.has(kind);

/** One thing wrong with what was typed: which flag, row or field, and what to do about it. */
export interface Problem {
  /** `--amount`, `<customer>`, `row 3: amount`, … */
  readonly where: string;
  readonly problem: string;
  /** Nothing is wrong with what was said; something was not said, and a person could still be asked. */
  readonly isMissing?: true;
  /** What a person chooses the missing value from. Throws if there is nothing to choose. */
  readonly choices?: () => Promise<readonly Offered[]>;
  /** The way to a right value, as `next` of an error. */
  readonly next?: string;
}

/** A value that is there to choose. */
export interface Offered {
  readonly value: string;
  /** How it is listed; default: the value itself. */
  readonly name?: string;
  /** What is said of it while it is highlighted. */
  readonly hint?: string;
}

/** A required value that was left out. @param what it is, after "is missing" @param choices as in a `Problem` */
export const missingValue = (where: string, what?: string, choices?: Problem['choices']): Problem => ({
  where,
  problem: what === undefined ? 'is missing' : `is missing: ${what}`,
  isMissing: true,
  ...(choices === undefined ? {} : { choices }),
});

/** What is wrong with a word that must be one of those that are known. @param where `--type`, as in a `Problem` */
export const oneOfProblems = (
  where: string,
  word: string | undefined,
  known: readonly string[],
): readonly Problem[] =>
  word === undefined || known.includes(word)
    ? []
    : [{ where, problem: `must be one of ${known.join(', ')}: "${word}"` }];

/** A value with a line break in it must not look like a problem of its own. */
const oneLine = (text: string): string => text.replace(/[\t\r\n\u2028\u2029]+/g, ' ');

/** All problems at once, as one usage error. */
export function usageError(problems: readonly Problem[], more: readonly string[] = []): CreditctlError {
  const sentences = problems.map(({ where, problem }) => oneLine(`${where} ${problem}`.trim()));
  const next = [...new Set([...problems.flatMap((each) => each.next ?? []), ...more])];
  return new CreditctlError('usage', sentences.join('\n'), { next, problems, applied: 'no' });
}

/** One problem, such as of the flag `--amount`, as a usage error. @param more what to do now, as `next` of an error */
export const usageErrorAt = (where: string, problem: string, more?: readonly string[]): CreditctlError =>
  usageError([{ where, problem }], more);
