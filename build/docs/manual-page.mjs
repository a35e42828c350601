// Writes man/creditctl.1 from the data of the help, with the few roff requests that a page needs.
import { version } from './program.mjs';

/** @param date the day of the version, as YYYY-MM-DD */
export function manualPage({ program, helpDocument, topics }, date) {
  const help = helpDocument(program, version);
  const lines = [
    `.\\" Made from the program itself (npm run docs).`,
    `.TH CREDITCTL 1 "${date}" "creditctl ${version}" "User Commands"`,
    // Without hyphenation: words and options are typed as printed.
    '.nh',
    '.ad l',
    ...section('NAME', [`creditctl \\- ${text(lower(help.summary).replace(/\.$/, ''))}`]),
    ...section('SYNOPSIS', [
      '.B creditctl',
      '.I command',
      '.RI [ options ]',
      '.br',
      '.B creditctl help',
      '.RI [ command | topic ]',
    ]),
    ...section('DESCRIPTION', [text(help.summary), ...description.flatMap(paragraph)]),
    ...section(
      'COMMANDS',
      help.groups.flatMap((group) => groupLines(group, help)),
    ),
    ...section('OPTIONS OF EVERY COMMAND', help.global_options.flatMap(optionLines)),
    ...help.topics.flatMap(({ name, title }) => section(headings[name] ?? title, topicLines(topics[name]))),
    ...section('FILES', fileLines()),
  ];
  return `${lines.join('\n')}\n`;
}

const description = [
  'A customer is named by the external customer id, or as id:4QYWy9UbDY8yXKKd by the id that Orb gave it. ' +
    'Amounts are plain decimals with at most 18 significant digits, and stay exact.',
  'With --sandbox, or a profile of kind sandbox, an embedded ledger answers in place of Orb: the same contract from a file on this machine, with no account and no network.',
];

/** The usual headings of a manual page. */
const headings = {
  'exit-codes': 'EXIT STATUS',
  environment: 'ENVIRONMENT',
  output: 'OUTPUT',
  dates: 'DATES',
};

function groupLines({ name, title }, help) {
  const commands = help.commands.filter(({ group }) => group === name);
  return commands.length === 0 ? [] : [`.SS ${text(title)}`, ...commands.flatMap(commandLines)];
}

function commandLines({ usage, summary, details, terms, options, examples }) {
  return [
    '.PP',
    `.B ${text(usage)}`,
    '.RS 4',
    text(`${summary}.`),
    ...(details ?? '').split('\n\n').flatMap((each) => (each === '' ? [] : paragraph(each))),
    ...terms.flatMap(({ name, text: meaning }) => ['.TP', `.B ${text(name)}`, text(meaning)]),
    ...options.flatMap(optionLines),
    ...paragraph('Examples:'),
    '.nf',
    ...examples.map((example) => `\\&  ${text(example)}`),
    '.fi',
    '.RE',
  ];
}

function optionLines({ short, long, value, repeatable, values, text: meaning }) {
  const name = [short, long].filter((each) => each !== null).join(', ');
  const shown =
    value === null ? '' : value.required ? ` \\fI${text(value.name)}\\fR` : ` [\\fI${text(value.name)}\\fR]`;
  const choice = values.every((each) => meaning.includes(each)) ? '' : ` One of: ${values.join(', ')}.`;
  return [
    '.TP',
    `\\fB${text(name)}\\fR${shown}`,
    text(`${meaning}${repeatable ? ' (repeatable)' : ''}.${choice}`),
  ];
}

function topicLines(passages) {
  return passages.flatMap((passage) =>
    typeof passage === 'string'
      ? paragraph(passage)
      : passage.terms.flatMap(([term, meaning]) => ['.TP', `.B ${text(term)}`, text(meaning)]),
  );
}

function fileLines() {
  return [
    ['~/.config/creditctl/config.json', 'profiles and the one in use'],
    ['~/.config/creditctl/credentials.json', 'API keys, for their owner only'],
    ['~/.local/state/creditctl/record.db', 'the record of every write'],
    ['~/.local/state/creditctl/sandbox.db', 'the embedded ledger'],
    ['~/.local/state/creditctl/completion', 'what completion found a moment ago'],
  ].flatMap(([file, meaning]) => ['.TP', `.I ${text(file)}`, text(meaning)]);
}

const section = (title, lines) => [`.SH ${title}`, ...lines];
const paragraph = (words) => ['.PP', text(words)];
const lower = (words) => words.charAt(0).toLowerCase() + words.slice(1);

/** Escapes a text so that roff reads no command, escape or typographic quote in it. */
export function text(words) {
  const escaped = words
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replaceAll('"', '\\(dq')
    .replace(
      /[^\x20-\x7e]/gu,
      (character) => `\\[u${character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}]`,
    );
  return escaped.startsWith('.') ? `\\&${escaped}` : escaped;
}
