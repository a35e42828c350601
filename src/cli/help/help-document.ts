// Writes the whole command tree as one JSON document, for programs that write, check or complete command lines.
import {
  argsMaxOf,
  commandsOf,
  fixedValues,
  helpGroups,
  type Option,
  type PlacedCommand,
  type Program,
  paragraphsOf,
  readOptionFlags,
  type TopicName,
  topicNames,
  topicTitles,
  type UsageForm,
  usageForms,
} from '../command-tree.ts';
import { environmentVariables, exitCodeLines, topicText } from './topics.ts';

/**
 * The version of the document's form. A new field keeps the version; a field that is removed or changes its meaning
 * raises it.
 */
const helpDocumentVersion = 1;

/** The line width of the topics in the document. */
const textWidth = 100;

/** @param isWanted selects commands by their words */
export function helpDocument(
  program: Program,
  programVersion: string,
  isWanted: (path: readonly string[]) => boolean = () => true,
) {
  return {
    version: helpDocumentVersion,
    name: program.name,
    program_version: programVersion,
    summary: program.summary,
    groups: Object.entries(helpGroups).map(([name, title]) => ({ name, title })),
    nouns: program.nodes
      .filter(({ name }) => commandsOf(program).some(({ path }) => path[0] === name && isWanted(path)))
      .map(({ name, group, summary }) => ({ name, group, summary })),
    global_options: program.options.map(optionDocument),
    commands: commandsOf(program)
      .filter(({ path }) => isWanted(path))
      .map(commandDocument),
    exit_codes: exitCodeLines.map(({ code, kind, text }) => ({
      code,
      kind: kind === '' ? null : kind,
      text,
    })),
    environment: Object.entries(environmentVariables).map(([name, text]) => ({ name, text })),
    topics: topicNames.map(topicDocument),
  };
}

export const topicDocument = (name: TopicName) => ({
  name,
  title: topicTitles[name],
  text: topicText(name, textWidth),
});

export type HelpDocument = ReturnType<typeof helpDocument>;

function commandDocument(command: PlacedCommand) {
  const forms = usageForms(command.usage);
  return {
    path: command.path,
    group: command.group,
    usage: [...['creditctl', ...command.path, command.usage].filter((word) => word !== ''), '[options]'].join(
      ' ',
    ),
    summary: command.summary,
    details: command.details === undefined ? null : paragraphsOf(command).join('\n\n'),
    terms: (command.terms?.list ?? []).map(([name, text]) => ({ name, text })),
    forms: forms.map((form) => formDocument(form, command)),
    max_positionals: argsMaxOf(command),
    options: command.options.map(optionDocument),
    examples: command.examples.map((example) => `creditctl ${example}`),
  };
}

function formDocument(form: UsageForm, { values }: PlacedCommand) {
  return form.map((word, index) => ({
    name: word.kind === 'literal' ? word.text : word.text.replace(/[<>[\]]/g, ''),
    literal: word.kind === 'literal',
    required: word.required,
    repeatable: word.repeats,
    values: fixedValues(word, form[index - 1]?.text, values),
  }));
}

function optionDocument({ flags, text, repeats, values }: Option) {
  const { short, long, value } = readOptionFlags(flags);
  return {
    long,
    short: short ?? null,
    value: value === undefined ? null : { name: value.name, required: value.required },
    repeatable: repeats === true,
    values: values ?? [],
    text,
  };
}
