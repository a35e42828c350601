// No whole answer came back: the ways that can happen, and whether the request may have been carried out.

/** What a failed exchange says about the request: certainly not carried out, or possibly. */
export type MayHaveHappened = 'no' | 'maybe';

/**
 * An exchange that ended without a whole answer.
 * Not this error: an answer of any status, and an answer whose body is not what the contract says.
 */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure';
  readonly mayHaveHappened: MayHaveHappened;

  constructor(message: string, mayHaveHappened: MayHaveHappened, cause?: unknown) {
    super(message, { cause });
    this.mayHaveHappened = mayHaveHappened;
  }
}
