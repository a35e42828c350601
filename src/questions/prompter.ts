// What a question is, without knowing how it is asked: a terminal asks a person, a test answers from a list.

export interface Choice<Value> {
  readonly name: string;
  readonly value: Value;
  /** Shown below the list while the choice is highlighted. */
  readonly hint?: string;
}

/** Returns the sentence that says what is wrong with an answer, or `undefined`. */
export type Check = (answer: string) => string | undefined;

export interface Prompter {
  text(question: { message: string; initial?: string; check?: Check }): Promise<string>;
  /** An answer that is not shown. */
  secret(question: { message: string; check?: Check }): Promise<string>;
  /** No is the answer that comes of itself. */
  confirm(question: { message: string }): Promise<boolean>;
  choose<Value>(question: { message: string; choices: readonly Choice<Value>[] }): Promise<Value>;
  /** @param question.find the choices for what has been typed so far */
  search<Value>(question: {
    message: string;
    find: (term: string) => Promise<readonly Choice<Value>[]>;
  }): Promise<Value>;
}
