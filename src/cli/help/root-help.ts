// Writes the help of the whole program: every noun under its heading, the global options, and the topics.
import { helpGroups, type Program, topicNames, topicTitles } from '../command-tree.ts';

/** Lays out a term with its meaning, and a paragraph, to the width of the terminal. */
export interface HelpLayout {
  readonly item: (term: string, meaning: string, termWidth: number) => string;
  readonly paragraph: (text: string) => string;
}

/** The widest layout, so that the build can prepare one text for all but narrow terminals. */
export const rootHelpWidth = 80;

const firstLine = 'creditctl ledger add acme --amount 100 --expires +30d --sandbox --yes';

export function rootHelp(program: Program, { item, paragraph }: HelpLayout): string {
  const options = [
    ...program.options.map(({ flags, text }) => [flags, text] as const),
    ['-V, --version', 'print the version'] as const,
    ['-h, --help', 'print this help, or that of a command'] as const,
  ];
  const groups = Object.entries(helpGroups).map(([name, title]) => ({
    title,
    nouns: program.nodes.filter(({ group }) => group === name),
  }));
  const widest = (terms: readonly string[]): number => Math.max(...terms.map((term) => term.length));
  const nounWidth = widest([...program.nodes.map(({ name }) => name), ...topicNames]);
  const optionWidth = widest(options.map(([flags]) => flags));
  const listed = (rows: readonly (readonly [string, string])[], width: number): string =>
    rows.map(([term, meaning]) => item(term, meaning, width)).join('\n');
  const sections = [
    `Usage: ${program.name} <command> [options]`,
    paragraph(program.summary),
    ...groups
      .filter(({ nouns }) => nouns.length > 0)
      .map(
        ({ title, nouns }) =>
          `${title}:\n${listed(
            nouns.map(({ name, summary }) => [name, summary]),
            nounWidth,
          )}`,
      ),
    `Options of every command:\n${listed(options, optionWidth)}`,
    `Topics (${program.name} help <topic>):\n${listed(
      topicNames.map((name) => [name, topicTitles[name]]),
      nounWidth,
    )}`,
    `Start here, on an embedded ledger:\n  ${firstLine}`,
  ];
  return `${sections.join('\n\n')}\n`;
}
