// The error for a request without a whole answer: it says whether the API may have executed the request.

/** Whether the API may have executed the request: certainly not, or possibly. */
export type MayHaveHappened = 'no' | 'maybe';

/** More facts about the failure. */
export interface FailureFacts {
  readonly cause?: unknown;
  /** The same request would fail again in the same way. */
  readonly isLasting?: boolean;
  /** What an operator can do now, each a sentence or a command line. */
  readonly next?: readonly string[];
}

/**
 * An exchange that ended without a whole answer.
 * An answer of any status is not this error, nor is an answer whose body breaks the contract.
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
