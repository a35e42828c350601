// What a question is, without knowing how it is asked: a terminal asks a person, a test answers from a list.
import { CreditctlError } from '../errors.ts';

export interface Choice<Value> {
  readonly name: string;
  readonly value: Value;
  /** Shown below the list while the choice is highlighted. */
  readonly hint?: string;
}

/** Returns the sentence that says what is wrong with an answer, or `undefined`. */
export type Check = (answer: string) => string | undefined;

export interface TextQuestion {
  readonly message: string;
  /** Stands in the line from the start, to be changed. */
  readonly initial?: string;
  readonly check?: Check;
  /** How a good answer is understood, shown while it is typed: `2027-01-31, in 69 days`. */
  readonly explain?: (answer: string) => string | undefined;
  /** The answer lets a write go: what was typed before the question was shown is thrown away. */
  readonly isConsent?: true;
}

/** Thrown by a question that the person leaves for the one before; where there is none, it ends the command. */
export class StepBack extends CreditctlError {
  constructor() {
    super('refused', 'Left without an answer: nothing was written', { applied: 'no', retrySafe: true });
  }
}

/** Every question may throw a `StepBack`, an `interrupted` error for Ctrl-C, and a `refused` one at the end of input. */
export interface Prompter {
  text(question: TextQuestion): Promise<string>;
  /** An answer that is not shown. */
  secret(question: { message: string; check?: Check }): Promise<string>;
  /** No is the answer that comes of itself; what was typed before the question was shown is thrown away. */
  confirm(question: { message: string }): Promise<boolean>;
  /** @param question.initial the value of the choice that Enter takes at once; the first where not said */
  choose<Value>(question: {
    message: string;
    choices: readonly Choice<Value>[];
    initial?: Value | undefined;
  }): Promise<Value>;
  search<Value>(question: SearchQuestion<Value>): Promise<Value>;
  /** A line beside the questions that asks nothing. */
  hint(text: string): void;
}

export interface SearchQuestion<Value> {
  readonly message: string;
  /** The choices for what has been typed so far. */
  readonly find: (term: string) => Promise<readonly Choice<Value>[]>;
  /** Where `find` knows none and the person has paused: looks further away. */
  readonly lookUp?: (term: string) => Promise<readonly Choice<Value>[]>;
}
