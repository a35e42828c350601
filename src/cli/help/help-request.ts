// Answers `creditctl help …` with a topic, a command, or the whole tree as JSON.

import { type CreditctlError, notApplied } from '../../errors.ts';
import { nearest } from '../../nearest.ts';
import { isGroup, type Program, type TopicName, topicNames } from '../command-tree.ts';
import { helpDocument, topicDocument } from './help-document.ts';
import { topicText } from './topics.ts';

export interface HelpAsked {
  readonly args: readonly string[];
  readonly programVersion: string;
  /** Columns of the terminal. */
  readonly width: number;
}

/** The answer; `undefined` if the words name a command, whose help the parser prints. */
export function helpAnswer(program: Program, asked: HelpAsked): string | undefined {
  const { argv, isJson } = readArgs(asked.args);
  const [first] = argv;
  if (argv.length === 1 && isTopic(first))
    return isJson ? asText(topicDocument(first)) : topicText(first, asked.width);
  checkPath(argv, program);
  return isJson ? helpJson(program, asked.programVersion, argv) : undefined;
}

/** The help of the commands whose path begins with these words, as one JSON document. */
export function helpJson(program: Program, programVersion: string, args: readonly string[]): string {
  const isBelow = (path: readonly string[]): boolean => args.every((word, index) => path[index] === word);
  return asText(helpDocument(program, programVersion, isBelow));
}

const asText = (document: object): string => `${JSON.stringify(document, null, 2)}\n`;

const isTopic = (word: string | undefined): word is TopicName => topicNames.some((name) => name === word);

/** Splits off `--json` or `-o json`. */
function readArgs(words: readonly string[]): { argv: readonly string[]; isJson: boolean } {
  const isFormat = (index: number): boolean =>
    words[index] === 'json' && /^(-o|--output)$/.test(words[index - 1] ?? '');
  const isJson = words.some((word, index) => /^(--json|--output=json|-ojson)$/.test(word) || isFormat(index));
  return { isJson, argv: words.filter((word, index) => !word.startsWith('-') && !isFormat(index)) };
}

/** Throws a `usage` error that lists the known names. */
function checkPath(args: readonly string[], program: Program): void {
  const [noun, verb, ...more] = args;
  if (noun === undefined) return;
  const node = program.nodes.find(({ name }) => name === noun);
  const nouns = program.nodes.map(({ name }) => name);
  if (node === undefined) throw unknown(noun, 'command or topic', [...nouns, ...topicNames]);
  const verbs = isGroup(node) ? node.commands().map(({ name }) => name) : [];
  if (verb !== undefined && !verbs.includes(verb))
    throw unknown(
      `${noun} ${verb}`,
      'command',
      verbs.map((name) => `${noun} ${name}`),
    );
  if (more.length > 0) throw unknown(args.join(' '), 'command', []);
}

function unknown(word: string, what: string, known: readonly string[]): CreditctlError {
  const meant = nearest(word, known);
  const guess = meant === undefined ? '' : ` (Did you mean ${meant}?)`;
  return notApplied('usage', `unknown ${what} '${word}'${guess}`, [
    'creditctl help',
    `creditctl help <topic>: ${topicNames.join(', ')}`,
  ]);
}
