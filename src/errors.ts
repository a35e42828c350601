// Declares the kinds of failure with their exit codes, and builds the command lines that an error suggests.

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

/** Whether this run wrote anything; `no` also for reads and unsent requests, `yes` also for part of a batch. */
export type Applied = 'yes' | 'no' | 'unknown';

export interface ErrorFacts {
  /** What an operator can do now, each a sentence or a command line. */
  readonly next?: readonly string[];
  readonly status?: number;
  /** The type of a refusal in the API's own form, which no proxy writes, such as `404-resource-not-found`. */
  readonly refusal?: string;
  readonly requestId?: string | undefined;
  readonly idempotencyKey?: string;
  readonly applied?: Applied;
  /** Whether the same command line, run again, writes nothing twice. Default: only if nothing was applied. */
  readonly retrySafe?: boolean | undefined;
  /** The API was unreachable, busy or not asked, so the same request may succeed later. */
  readonly mayPass?: boolean;
  /** The record failed, and not the API. */
  readonly isOfRecord?: boolean;
  /** The problems of the command line, one by one; the message repeats them. */
  readonly problems?: readonly Problem[];
  readonly cause?: unknown;
}

/**
 * A failure with a sentence for a person and a kind for a script.
 * Any other error that reaches `main` is a defect of this program, not a user's mistake.
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

  /** The same failure with more facts; a new fact replaces the old one of its name. */
  with(facts: ErrorFacts, message = this.message): CreditctlError {
    return new CreditctlError(this.kind, message, { ...this.facts, ...facts });
  }
}

/** A failure before anything was applied. @param next the ways out, each a sentence or a command line */
export const notApplied = (kind: ErrorKind, message: string, next?: readonly string[]): CreditctlError =>
  new CreditctlError(kind, message, { applied: 'no', ...(next && { next }) });

/** A failure after which a write may have been applied or not; the same command line finds out. */
export const mayBeApplied = (message: string, facts: ErrorFacts = {}): CreditctlError =>
  new CreditctlError('outcome-unknown', message, { applied: 'unknown', retrySafe: true, ...facts });

/** Quotes words for a POSIX shell, for a command line to copy. */
export function shellText(args: readonly string[]): string {
  return args
    .map((word) => (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}

/** The last words of a command line, none of them a flag: after `--` if a word begins with a dash. */
export const valueArgs = (...values: readonly string[]): string =>
  shellText(values.some((value) => value.startsWith('-')) ? ['--', ...values] : values);

/** A flag with its value; empty without a value. A value that begins with a dash is attached to its flag. */
export function flagArgs(flag: string, value: string | undefined): readonly string[] {
  if (value === undefined) return [];
  return value.startsWith('-') ? [`${flag}=${value}`] : [flag, value];
}

/** The flags that choose a connection, each as typed; empty for a flag that is not given. */
export type ConnectionTexts = Readonly<Record<'profile' | 'sandbox' | 'db', string>>;

/** The flags that choose the same connection. */
export const connectionTexts = ({
  profile,
  sandbox,
  db,
}: {
  readonly profile?: string | undefined;
  readonly sandbox?: boolean;
  readonly db?: string | undefined;
}): ConnectionTexts => ({
  profile: shellText(flagArgs('--profile', profile)),
  sandbox: sandbox === true ? '--sandbox' : '',
  db: shellText(flagArgs('--db', db)),
});

/** A command line of this program. @param where from `connectionTexts`; comes before the last words */
export function commandLine(
  args: readonly string[],
  where: Partial<ConnectionTexts> = {},
  last: readonly string[] = [],
): string {
  const parts = [shellText(['creditctl', ...args]), ...Object.values(where), shellText(last)];
  return parts.filter((part) => part !== '').join(' ');
}

/** The way on from an id that is no customer's. @param id as a command line names a customer */
export const customerSearch = (id: string): string => `Search: creditctl customers search ${valueArgs(id)}`;

/** Whether a customer, block or other resource does not exist: a 404 in another form, or for the path, proves nothing. */
export const isAbsent = (error: unknown): error is CreditctlError =>
  error instanceof CreditctlError &&
  error.kind === 'not-found' &&
  (error.facts.status === undefined || error.facts.refusal === '404-resource-not-found');

/** The resource that `read` reads; `undefined` if it does not exist. */
export const unlessAbsent = <Read>(read: () => Promise<Read>): Promise<Read | undefined> =>
  read().catch((error: unknown) => {
    if (!isAbsent(error)) throw error;
    return undefined;
  });

/** Whether the same command line, run again, writes nothing twice. */
export const isRetrySafe = ({ facts }: CreditctlError): boolean =>
  facts.retrySafe ?? (facts.applied ?? 'no') === 'no';

export function exitCodeOf(error: CreditctlError): ExitCode {
  return exitCodes[error.kind];
}

/** The next step that repeats the command line. @param more the end of the sentence, such as `: it goes on from there` */
export const repetition = (more = ''): string => `Run the same command again${more}`;

/** Whether a next step repeats the command line. */
export const isRepetition = (step: string): boolean => step.startsWith(repetition());

const interruptions: ReadonlySet<ErrorKind> = new Set(['interrupted', 'terminated', 'hung-up']);

/** Whether a signal ended the work, and not a failure. */
export const isInterruption = ({ kind }: { readonly kind: ErrorKind }): boolean => interruptions.has(kind);

/** One problem of the command line: the flag, row or field, and what to do. */
export interface Problem {
  /** `--amount`, `<customer>`, `row 3: amount`, … */
  readonly where: string;
  readonly problem: string;
  /** The value is missing rather than wrong, so a person can still be asked for it. */
  readonly isMissing?: true;
  /** The values to choose from. Throws if there are none. */
  readonly choices?: () => Promise<readonly Offered[]>;
  /** The way to a valid value, as `next` of an error. */
  readonly next?: string;
}

/** A value to choose. */
export interface Offered {
  readonly value: string;
  /** Label in the list. Default: the value. */
  readonly name?: string;
  /** Shown while the value is highlighted. */
  readonly hint?: string;
}

/** A missing required value. @param what describes the value, after "is missing" @param choices as in a `Problem` */
export const missingValue = (where: string, what?: string, choices?: Problem['choices']): Problem => ({
  where,
  problem: what === undefined ? 'is missing' : `is missing: ${what}`,
  isMissing: true,
  ...(choices === undefined ? {} : { choices }),
});

/** The problem with a word that is not one of the known words. @param where `--type`, as in a `Problem` */
export const oneOfProblems = (
  where: string,
  word: string | undefined,
  known: readonly string[],
): readonly Problem[] =>
  word === undefined || known.includes(word)
    ? []
    : [{ where, problem: `must be one of ${known.join(', ')}: "${word}"` }];

/** Replaces line breaks, so that a value cannot pose as another problem of the list. */
const oneLine = (text: string): string => text.replace(/[\t\r\n\u2028\u2029]+/g, ' ');

/** All problems in one usage error. */
export function usageError(problems: readonly Problem[], more: readonly string[] = []): CreditctlError {
  const sentences = problems.map(({ where, problem }) => oneLine(`${where} ${problem}`.trim()));
  const next = [...new Set([...problems.flatMap((each) => each.next ?? []), ...more])];
  return new CreditctlError('usage', sentences.join('\n'), { next, problems, applied: 'no' });
}

/** One problem, such as of the flag `--amount`, as a usage error. @param more the ways out, as `next` of an error */
export const usageErrorAt = (where: string, problem: string, more?: readonly string[]): CreditctlError =>
  usageError([{ where, problem }], more);
