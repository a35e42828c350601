// The interface for asking questions: a terminal asks a person, a test answers from a list.
import { CreditctlError } from '../errors.ts';

export interface Choice<Value> {
  readonly name: string;
  readonly value: Value;
  /** Shown below the list while the choice is highlighted. */
  readonly hint?: string;
}

/** Returns a sentence about what is wrong with an answer, or `undefined`. */
export type Check = (answer: string) => string | undefined;

export interface TextQuestion {
  readonly message: string;
  /** Prefilled text that the person can edit. */
  readonly initial?: string;
  readonly check?: Check;
  /** How a valid answer is understood, shown while it is typed: `2027-01-31, in 69 days`. */
  readonly explain?: (answer: string) => string | undefined;
  /** The answer allows a write, so keys typed before the question was shown are discarded. */
  readonly isConsent?: true;
}

/** Thrown when the person goes back; without an earlier question it ends the command. */
export class StepBack extends CreditctlError {
  constructor() {
    super('refused', 'No answer given: nothing was written', { applied: 'no' });
  }
}

/** Every question may throw a `StepBack`, an `interrupted` error for Ctrl-C, and a `refused` one at the end of input. */
export interface Prompter {
  text(question: TextQuestion): Promise<string>;
  /** An answer that is not shown. */
  secret(question: { message: string; check?: Check }): Promise<string>;
  /** The default answer is no; keys typed before the question was shown are discarded. */
  confirm(question: { message: string }): Promise<boolean>;
  /** @param question.initial the preselected value (default: the first) */
  choose<Value>(question: {
    message: string;
    choices: readonly Choice<Value>[];
    initial?: Value | undefined;
  }): Promise<Value>;
  search<Value>(question: SearchQuestion<Value>): Promise<Value>;
  /** Prints a line between questions. */
  hint(text: string): void;
}

export interface SearchQuestion<Value> {
  readonly message: string;
  /** The choices for what has been typed so far. */
  readonly find: (term: string) => Promise<readonly Choice<Value>[]>;
  /**
   * A slower lookup, used after a pause in typing if `find` has no result.
   * @param signal aborted when the person types on
   */
  readonly lookUp?: (term: string, signal?: AbortSignal) => Promise<readonly Choice<Value>[]>;
  /** The way on if neither has a result, a sentence. */
  readonly none?: string;
}
