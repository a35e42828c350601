// No whole answer came back: the ways that can happen, and whether the request may have been carried out.

/** What a failed exchange says about the request: certainly not carried out, or possibly. */
export type MayHaveHappened = 'no' | 'maybe';

/** What else is known of it. */
export interface FailureFacts {
  readonly cause?: unknown;
  /** The same request would fail in the same way again, however often. */
  readonly isLasting?: boolean;
  /** What an operator can do now, each a sentence or a command line. */
  readonly next?: readonly string[];
}

/**
 * An exchange that ended without a whole answer.
 * Not this error: an answer of any status, and an answer whose body is not what the contract says.
 */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure';
  readonly mayHaveHappened: MayHaveHappened;
  readonly isLasting: boolean;
  readonly next: readonly string[];

  constructor(message: string, mayHaveHappened: MayHaveHappened, facts: FailureFacts = {}) {
    super(message, { cause: facts.cause });
    this.mayHaveHappened = mayHaveHappened;
    this.isLasting = facts.isLasting ?? false;
    this.next = facts.next ?? [];
  }
}
