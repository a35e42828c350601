// Matches the grants of a ledger with the expected grants: by reference first, then by the likeliest guess. Pure.
import { type Amount, agreeTo15Digits, type Instant } from '../credits/exact.ts';
import type { Grant } from './granted.ts';

/** A grant that should be in the ledger. */
export interface ExpectedGrant {
  /** The line in the file; the header is line 1. */
  readonly line: number;
  readonly reference: string | undefined;
  readonly amount: Amount;
  /** The expected expiry of a grant made at that instant, `null` for never; `undefined` if the expiry is not compared. */
  readonly expiryOf: ((grantedAt: Instant) => Instant | null) | undefined;
  /** `undefined` if the cost basis is not compared. */
  readonly costBasis: Amount | null | undefined;
  /** The instant at which the grant should become effective: among equal grants, the nearest is the likeliest. */
  readonly near: Instant | undefined;
}

/** A reference without the blanks at its edges, which a list does not show; `undefined` if there is none. */
export const referenceOf = (text: string | undefined): string | undefined => text?.trim() || undefined;

/** The reference in the metadata of a grant. @param key of the metadata */
export const referenceUnder = (key: string, { entry: { metadata } }: Grant): string | undefined =>
  referenceOf(Object.hasOwn(metadata, key) ? metadata[key] : undefined);

export type MatchedBy = 'reference' | 'guess';

export interface Claim {
  readonly by: MatchedBy;
  /** The grants of the row, oldest first. */
  readonly grants: Grant[];
}

export interface ClaimOptions {
  readonly referenceKey: string;
  readonly isInWindow: (at: Instant) => boolean;
}

/** Milliseconds: two equal grants without a reference are one repeated grant only if they are this close. */
const repetitionWithin = 48 * 3_600_000;

/** The characters that separate the words of a description. */
const separators = /[\s,;:()[\]"'<>|]+/;

export class ClaimedGrants {
  readonly #grants: readonly Grant[];
  readonly #options: ClaimOptions;
  readonly #claims = new Map<ExpectedGrant, Claim>();
  readonly #taken = new Set<Grant>();

  /** @param grants oldest first */
  constructor(grants: readonly Grant[], options: ClaimOptions) {
    this.#grants = grants;
    this.#options = options;
  }

  of(row: ExpectedGrant): Claim | undefined {
    return this.#claims.get(row);
  }

  /** Gives each row all grants that have its reference: in the metadata, or as a word of the description. */
  byReference(rows: readonly ExpectedGrant[]): void {
    const byReference = new Map<string, ExpectedGrant>();
    for (const row of rows) if (row.reference !== undefined) byReference.set(row.reference, row);
    const manyWords = [...byReference.keys()].filter((reference) => wordsOf(reference).length > 1);
    for (const grant of this.#grants) {
      const own = this.#referenceOf(grant);
      const reference = own ?? referenceIn(grant.entry.description ?? '', { known: byReference, manyWords });
      const row = reference === undefined ? undefined : byReference.get(reference);
      if (row !== undefined) this.#claim(row, grant, 'reference');
    }
  }

  /** Gives each row without a grant one of its amount: with the expected expiry if possible, and the nearest in time. */
  byGuess(rows: readonly ExpectedGrant[]): void {
    const free = this.#freeByAmount();
    const freeFor = ({ amount }: ExpectedGrant): readonly Grant[] =>
      [...free]
        .filter(([each]) => agreeTo15Digits(each, amount))
        .flatMap(([, grants]) => grants.filter((grant) => !this.#taken.has(grant)));
    for (const hasExpiry of [true, false])
      for (const row of rows.filter((each) => !this.#claims.has(each))) {
        const fitting = freeFor(row).filter((grant) => !hasExpiry || isOfExpiry(row, grant));
        const nearest = nearestOf(fitting, row.near);
        if (nearest !== undefined) this.#claim(row, nearest, 'guess');
      }
    for (const row of rows) {
      const { by, grants: [meant] = [] } = this.#claims.get(row) ?? {};
      if (by !== 'guess' || meant === undefined) continue;
      for (const grant of freeFor(row).filter((each) => repeats(each, meant)))
        this.#claim(row, grant, 'guess');
    }
  }

  /** The grants that a guess may match, by amount. A grant with a reference belongs only to the row of that reference. */
  #freeByAmount(): ReadonlyMap<Amount, readonly Grant[]> {
    const free = new Map<Amount, Grant[]>();
    for (const grant of this.#grants) {
      if (this.#taken.has(grant) || this.#referenceOf(grant) !== undefined || !this.#isLooked(grant))
        continue;
      const same = free.get(grant.amount) ?? [];
      free.set(grant.amount, same);
      same.push(grant);
    }
    return free;
  }

  /** Grants that no row expects, oldest first. */
  left(): readonly Grant[] {
    return this.#grants.filter((grant) => !this.#taken.has(grant) && this.#isLooked(grant));
  }

  /** Whether a grant is in the window, and not one that Orb made automatically, unless the grant has a reference. */
  #isLooked(grant: Grant): boolean {
    return (grant.isManual || this.#referenceOf(grant) !== undefined) && this.#options.isInWindow(grant.at);
  }

  #referenceOf(grant: Grant): string | undefined {
    return referenceUnder(this.#options.referenceKey, grant);
  }

  #claim(row: ExpectedGrant, grant: Grant, by: MatchedBy): void {
    const claim = this.#claims.get(row) ?? { by, grants: [] };
    this.#claims.set(row, claim);
    claim.grants.push(grant);
    this.#taken.add(grant);
  }
}

interface References {
  readonly known: ReadonlyMap<string, unknown>;
  /** References of several words. */
  readonly manyWords: readonly string[];
}

/** The first known reference in a description, as one word or as a sequence of words. */
function referenceIn(description: string, { known, manyWords }: References): string | undefined {
  const text = description.trim();
  if (known.has(text)) return text;
  const words = wordsOf(text);
  const row = ` ${words.join(' ')} `;
  return (
    words.find((word) => known.has(word)) ??
    manyWords.find((reference) => row.includes(` ${wordsOf(reference).join(' ')} `))
  );
}

/** The words of a text, without the mark at the end of a sentence. */
const wordsOf = (text: string): readonly string[] =>
  text
    .split(separators)
    .map((word) => word.replace(/(?<![.!?])[.!?]+$/, ''))
    .filter((word) => word !== '');

const isOfExpiry = ({ expiryOf }: ExpectedGrant, { at, expiry }: Grant): boolean =>
  expiryOf === undefined || expiryOf(at) === expiry;

/** @param grants oldest first @param near without this instant, the newest grant counts as the nearest */
function nearestOf(grants: readonly Grant[], near: Instant = Number.POSITIVE_INFINITY): Grant | undefined {
  if (near === Number.POSITIVE_INFINITY) return grants.at(-1);
  const distance = ({ at }: Grant): number => Math.abs(at - near);
  return grants.reduce<Grant | undefined>(
    (best, grant) => (best === undefined || distance(grant) < distance(best) ? grant : best),
    undefined,
  );
}

const repeats = (grant: Grant, meant: Grant): boolean =>
  grant.expiry === meant.expiry && Math.abs(grant.at - meant.at) <= repetitionWithin;
