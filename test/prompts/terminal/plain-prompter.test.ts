// Questions answered line by line: what is printed, and what each line that is typed leads to.
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { type Prompter, StepBack } from '../../../src/prompts/prompter.ts';
import { plainPrompter } from '../../../src/prompts/terminal/plain-prompter.ts';

/** A person who types these lines, one as soon as each question is printed; `undefined` ends the input. */
const typing = (...lines: readonly (string | undefined)[]) => typingAt(undefined, ...lines);

/** @param columns cells in a line of the terminal */
function typingAt(columns: number | undefined, ...lines: readonly (string | undefined)[]) {
  const left = [...lines];
  const input = new PassThrough();
  const output = Object.assign(new PassThrough(), columns === undefined ? {} : { columns });
  let text = '';
  output.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    if (!/^\? .* $/s.test(chunk.toString())) return;
    const next = left.shift();
    setImmediate(() => (next === undefined ? input.end() : input.write(`${next}\n`)));
  });
  const secret = () => Promise.reject(new Error('no secret is asked for'));
  return { prompter: plainPrompter({ input, output }, secret), text: () => text, output };
}

const choices = [
  { name: 'one', value: 1, hint: 'the first' },
  { name: 'two', value: 2 },
];

test.each<[string, readonly string[], (prompter: Prompter) => Promise<unknown>, unknown]>([
  ['a text', ['abc'], (at) => at.text({ message: 'T' }), 'abc'],
  ['Enter keeps what was answered before', [''], (at) => at.text({ message: 'T', initial: 'b' }), 'b'],
  ['yes', ['y'], (at) => at.confirm({ message: 'Sure?' }), true],
  ['Enter is no yes', [''], (at) => at.confirm({ message: 'Sure?' }), false],
  ['a number', ['3', 'x', '2'], (at) => at.choose({ message: 'C', choices }), 2],
  ['Enter takes the first', [''], (at) => at.choose({ message: 'C', choices }), 1],
  ['or the initial one', [''], (at) => at.choose({ message: 'C', choices, initial: 2 }), 2],
])('%s: %j', async (_what, lines, ask, answer) => {
  expect(await ask(typing(...lines).prompter)).toBe(answer);
});

test('another answer than a number is taken where one is understood', async () => {
  const find = (text: string) => (text === 'more' ? [{ name: 'three', value: 3 }] : []);
  const question = { message: 'C', choices, typed: { what: 'a word', find, none: 'Write more' } };
  const { prompter, text } = typing('less', 'more');
  expect(await prompter.choose(question)).toBe(3);
  expect(text()).toContain('? Number [1], or a word > Enter a number from 1 to 2. Write more\n');
  expect(await typing('2').prompter.choose(question)).toBe(2);
});

test('a wrong answer is asked for again, and a good one is explained', async () => {
  const { prompter, text } = typing('bad', 'good');
  const check = (answer: string) => (answer === 'bad' ? 'That is bad' : undefined);
  await prompter.text({ message: 'T', check, explain: (answer) => `so ${answer}` });
  expect(text()).toBe('? Question 1: T > That is bad\n? Question 1: T so good\n');
});

test('a question is broken between words, by the width that the window has by then', async () => {
  const message = 'Which of the customers do you mean?';
  const { prompter, text, output } = typingAt(80, 'a', 'b');
  await prompter.text({ message });
  Object.assign(output, { columns: 40 });
  await prompter.text({ message });
  expect(text()).toBe(
    '? Question 1: Which of the customers do you mean? ? Question 2: Which of the customers do\n    you mean? ',
  );
});

test('a search lists what fits, looks further for the rest, and takes the only one', async () => {
  const find = async (term: string) => choices.filter(({ name }) => name.includes(term));
  const lookUp = async (term: string) => (term === 'old' ? [{ name: 'old one', value: 9 }] : []);
  const search = { message: 'S', find, lookUp };
  expect(await typing('tw').prompter.search(search)).toBe(2);
  expect(await typing('nobody', 'old').prompter.search(search)).toBe(9);
  const { prompter, text } = typing('', '2');
  expect(await prompter.search(search)).toBe(2);
  expect(text()).toContain('  1  one  (the first)\n  2  two\n');
});

test('lines that are pasted into one answer stay together', async () => {
  const { prompter } = typing('Promised by Ann\non the phone');
  expect(await prompter.text({ message: 'T' })).toBe('Promised by Ann on the phone');
});

test('Escape in a line steps back, the end of input and the signal interrupt', async () => {
  await expect(typing('\u001b').prompter.text({ message: 'T' })).rejects.toThrow(StepBack);
  await expect(typing(undefined).prompter.text({ message: 'T' })).rejects.toMatchObject({
    kind: 'refused',
  });
  const leaving = new AbortController();
  const streams = { input: new PassThrough(), output: new PassThrough(), signal: leaving.signal };
  const asked = plainPrompter(streams, () => Promise.reject(new Error('no secret'))).text({ message: 'T' });
  leaving.abort(new Error('left'));
  await expect(asked).rejects.toThrow('left');
});

test('a name from the API cannot drive the terminal', async () => {
  const { prompter, text } = typing('1');
  await prompter.choose({ message: 'C', choices: [{ name: 'Evil\u001b]0;owned\u0007', value: 1 }] });
  expect(text()).not.toContain('\u001b');
});

test('questions are numbered, so that a listener knows which one it is', async () => {
  const { prompter, text } = typing('a', '1', 'y');
  await prompter.text({ message: 'T' });
  await prompter.choose({ message: 'C', choices });
  await prompter.confirm({ message: 'Sure?' });
  expect(text().match(/Question \d: \w+/g)).toEqual(['Question 1: T', 'Question 2: C', 'Question 3: Sure']);
});
