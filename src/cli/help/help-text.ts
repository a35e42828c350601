// Writes the help of the program, of a group and of a command, to the width of the terminal.
import { pad, textWidth, wrap, wrapSentence } from '../../output/shown-text.ts';
import { type Argv, pathOf } from '../argv.ts';
import {
  type Command,
  helpGroups,
  isGroup,
  type Node,
  type Option,
  type Program,
  paragraphsOf,
  readOptionFlags,
  topicNames,
  topicTitles,
} from '../command-tree.ts';

type Term = readonly [term: string, meaning: string];

/** A paragraph, or a list of terms with their meanings. */
export type Passage = string | { readonly terms: readonly Term[] };

export const passageLines = (passage: Passage, width: number): readonly string[] =>
  typeof passage === 'string' ? wrap(passage, width) : termLines(passage.terms, width);

const paragraph = (text: string, width: number): string => wrap(text, width).join('\n');

/** @param termWidth the column of the terms; default: as wide as the widest */
function termLines(terms: readonly Term[], width: number, termWidth = widest(terms)): readonly string[] {
  // A column of a few letters is not readable.
  const room = Math.max(width - termWidth - 4, 20);
  return terms.flatMap(([term, meaning]) =>
    wrap(meaning, room).map((line, index) => `  ${pad(index === 0 ? term : '', termWidth)}  ${line}`),
  );
}

const widest = (terms: readonly Term[]): number => Math.max(...terms.map(([term]) => textWidth(term)));

const section = (title: string, lines: readonly string[]): string => [`${title}:`, ...lines].join('\n');

const optionTerms = (options: readonly Option[]): readonly Term[] =>
  options.map(({ flags, text, repeats }) => [flags, repeats === true ? `${text} (repeatable)` : text]);

const versionTerm: Term = ['-V, --version', 'print the version'];

interface Layout {
  /** Columns of the text. */
  readonly width: number;
  /** Breaks long examples, too. */
  readonly breaksExamples: boolean;
}

/** The help of what the line names. */
export function helpText(program: Program, named: Pick<Argv, 'noun' | 'command'>, layout: Layout): string {
  const { noun, command } = named;
  const { width } = layout;
  if (noun === undefined) return rootHelp(program, Math.min(width, rootWidth));
  const usage = ['Usage:', program.name, ...pathOf(named)].join(' ');
  const parts =
    command === undefined ? groupHelp(noun, usage, width) : commandHelp(command, { usage, program }, layout);
  return `${parts.join('\n\n')}
Exit codes:  creditctl help exit-codes
More topics: creditctl help output, environment, dates
`;
}

/** The widest layout of the program's help, so that the build can prepare one text for all but narrow terminals. */
const rootWidth = 80;

const firstLine = 'creditctl ledger add acme --amount 100 --expires +30d --sandbox --yes';

const helpTerm: Term = ['-h, --help', 'print this help, or that of a command'];

function rootHelp({ name: program, summary, nodes, options }: Program, width: number): string {
  const topics = topicNames.map((name): Term => [name, topicTitles[name]]);
  const nounWidth = widest([...nodes.map((node): Term => [node.name, '']), ...topics]);
  const groups = Object.entries(helpGroups).flatMap(([name, title]) => {
    const nouns = nodes.filter(({ group }) => group === name).map((node): Term => [node.name, node.summary]);
    return nouns.length === 0 ? [] : [section(title, termLines(nouns, width, nounWidth))];
  });
  const parts = [
    `Usage: ${program} <command> [options]`,
    paragraph(summary, width),
    ...groups,
    section(globalTitle, termLines([...optionTerms(options), versionTerm, helpTerm], width)),
    section(`Topics (${program} help <topic>)`, termLines(topics, width, nounWidth)),
    `Start here, on an embedded ledger:\n  ${firstLine}`,
  ];
  return `${parts.join('\n\n')}\n`;
}

const globalTitle = 'Options of every command';

/** Options differ between commands, so the help of each command lists them. */
function groupHelp(noun: Node, usage: string, width: number): readonly string[] {
  const commands = isGroup(noun) ? noun.commands() : [];
  const terms = commands.map(({ name, usage: words, summary }): Term => [`${name} ${words}`.trim(), summary]);
  return [
    `${usage} <command> [options]`,
    paragraph(noun.summary, width),
    section('Commands', termLines(terms, width)),
    `One command: creditctl ${noun.name} <command> --help`,
  ];
}

function commandHelp(
  command: Command,
  { usage, program }: { readonly usage: string; readonly program: Program },
  { width, breaksExamples }: Layout,
): readonly string[] {
  const { summary, terms, options } = command;
  const own = new Set(options.map(({ flags }) => readOptionFlags(flags).long));
  const others = program.options.filter(({ flags }) => !own.has(readOptionFlags(flags).long));
  const ownTerms: readonly Term[] = [...optionTerms(options), ['-h, --help', 'print this help']];
  const otherTerms = [versionTerm, ...optionTerms(others)];
  const termWidth = widest([...ownTerms, ...otherTerms]);
  const exampleWidth = breaksExamples ? width - 8 : undefined;
  return [
    [usage, command.usage, '[options]'].filter((part) => part !== '').join(' '),
    ...[summary, ...paragraphsOf(command)].map((text) => paragraph(text, width)),
    section('Options', termLines(ownTerms, width, termWidth)),
    section(globalTitle, termLines(otherTerms, width, termWidth)),
    ...(terms === undefined ? [] : [section(terms.title, termLines(terms.list, width))]),
    ['Examples:', ...command.examples.map((example) => exampleText(example, exampleWidth)), ''].join('\n'),
  ];
}

/** On a narrow terminal, an example goes on after a backslash, as it can be typed. */
function exampleText(example: string, width: number | undefined): string {
  // No line ends within quotes, or between an option and its value.
  const kept = example.replace(/"[^"]*"|'[^']*'|--\S+ (?!-)/g, (part) => part.replaceAll(' ', '\u00a0'));
  const lines = wrapSentence(`creditctl ${kept}`, width).split('\n');
  return `  ${lines.join(' \\\n      ')}`.replaceAll('\u00a0', ' ');
}
