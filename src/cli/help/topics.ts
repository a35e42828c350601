// The topics of the help and their text; `creditctl help`, its JSON and the manual page are made from them.
import { type ErrorKind, exitCodes } from '../../errors.ts';
import { pad, textWidth, wrap } from '../../output/text-width.ts';
import { type TopicName, topicTitles } from '../command-tree.ts';

/** In the order of the codes. */
export const exitCodeMeanings: Readonly<Record<ErrorKind, string>> = {
  failure: 'something on this machine failed, or this program did',
  'check-failed': 'a check that was asked for failed, such as balance --fail-below',
  usage: 'the command line, the configuration or a value cannot be meant; nothing was sent',
  credentials: 'no API key, or the API does not accept it',
  'not-found': 'the customer, block or path does not exist',
  rejected: 'the API refused the request (another 4xx); nothing was written',
  'rate-limited': 'still told to slow down (429) after all retries; nothing was written',
  server: 'the API still failed after all retries of a read, or its answer cannot be read',
  network: 'the API could not be reached; nothing was written',
  'partly-done': 'a batch is partly done',
  refused: 'a guard refused, or consent was declined or could not be had; nothing was sent',
  'outcome-unknown': 'the write may have been applied; run the same command again to settle it',
  'hung-up': 'the terminal was closed (SIGHUP)',
  interrupted: 'interrupted by Ctrl-C (SIGINT)',
  terminated: 'ended by SIGTERM',
};

export interface ExitCodeLine {
  readonly code: number;
  /** The `code` of the JSON error; empty for success. */
  readonly kind: ErrorKind | '';
  readonly text: string;
}

export const exitCodeLines: readonly ExitCodeLine[] = [
  { code: 0, kind: '', text: 'done; also where the reader of stdout went away' },
  ...Object.entries(exitCodeMeanings).map(([kind, text]) => ({
    code: exitCodes[kind as ErrorKind],
    kind: kind as ErrorKind,
    text,
  })),
];

/** In the order in which a reader would want them. A flag comes before its variable, and that before the profile. */
export const environmentVariables: Readonly<Record<string, string>> = {
  ORB_API_KEY: 'the API key; comes before the key that a profile keeps',
  ORB_BASE_URL: 'another host that speaks the contract; https, or http on this machine',
  ORB_WEBHOOK_SECRET: 'the secret of webhooks, which is masked wherever it would be shown',
  HTTPS_PROXY: 'the proxy to the API, such as http://proxy.example:3128; https_proxy comes first',
  HTTP_PROXY: 'stands in for HTTPS_PROXY; http_proxy comes first',
  ALL_PROXY: 'not used; a password in it is masked wherever it would be shown',
  NO_PROXY: 'hosts that are asked without a proxy, with all below them, or *; no_proxy comes first',
  NODE_EXTRA_CA_CERTS: 'a PEM file with certificates to trust beside those that Node knows',
  CREDITCTL_PROFILE: 'the profile in use; --profile comes first',
  CREDITCTL_CONFIG_DIR:
    'folder of configuration and keys, a path from the root, else $XDG_CONFIG_HOME/creditctl',
  CREDITCTL_STATE_DIR:
    'folder of journals and the embedded ledger, a path from the root, else $XDG_STATE_HOME/creditctl',
  CREDITCTL_SANDBOX_DB: 'database file of the embedded ledger; --db comes first',
  CREDITCTL_SANDBOX_KEY: 'the key that clients of "sandbox serve" present',
  XDG_CONFIG_HOME: 'where configuration lives, else ~/.config; a relative path is ignored',
  XDG_STATE_HOME: 'where state lives, else ~/.local/state; a relative path is ignored',
  HOME: "the home folder below which both lie; the system's own list counts where it is empty or relative",
  NO_COLOR: 'no colour, if it is not empty',
  FORCE_COLOR: 'colour even where the terminal seems to have none; 0 or false for no colour',
  TERM: 'dumb: no colour, and questions that are answered line by line',
  LC_ALL: 'doctor looks here for UTF-8, and then in LC_CTYPE and LANG',
  LC_CTYPE: 'see LC_ALL',
  LANG: 'see LC_ALL',
};

/** A paragraph, or a list of terms each with its meaning. */
export type Passage = string | { readonly terms: readonly (readonly [term: string, meaning: string])[] };

export const topics: Readonly<Record<TopicName, readonly Passage[]>> = {
  'exit-codes': [
    'The exit code says how a command ended, and for a write whether anything was written. With a machine format ' +
      'the name in parentheses is the "code" of the JSON error on stderr.',
    {
      terms: exitCodeLines.map(({ code, kind, text }) => [
        String(code),
        kind === '' ? text : `${text} (${kind})`,
      ]),
    },
    'A write that ends with 11 may have been applied. Run the very same command again: it finds the write in the ' +
      'journal and settles it under its key, so that nothing is written twice.',
  ],
  output: [
    'Data goes to stdout; banners, questions, warnings and errors go to stderr.',
    {
      terms: [
        [
          '-o table',
          'for people, and the default: fits the terminal; off a terminal without colour and nothing cut',
        ],
        ['-o json', 'what the API returned, names and digits untouched; a list is one array'],
        ['-o ndjson', 'one JSON document a line, written as the pages come in'],
        [
          '-o csv',
          'RFC 4180 with a line feed at the end of each line; cells that a spreadsheet would run are defused',
        ],
        ['--json', 'short for -o json'],
        ['--json id,amount', 'JSON with these fields only; dots go deeper, as in credit_block.id'],
        ['--columns a,b', 'the columns of a table or CSV, in this order'],
      ],
    },
    'A wrong name of a field or column is answered with all the right ones. Under a machine format everything on ' +
      'stderr is JSON too, one object a line; an error has "code", "message", "exit_code", "applied", "retry_safe" and "next".',
    'A reader that closes the pipe, such as head, ends the command quietly with exit code 0.',
  ],
  environment: [
    'A flag comes before its variable, and a variable before the profile. An empty variable counts as not set.',
    { terms: Object.entries(environmentVariables) },
  ],
  dates: [
    'A date may be written in any of these ways:',
    {
      terms: [
        ['2027-01-31', 'a day of the calendar'],
        ['2027-01-31T09:00:00Z', 'an instant: any RFC 3339 time, with its offset'],
        ['today', 'the day it is'],
        ['+30d +6w +3m +1y', 'so many days, weeks, months or years after today'],
        ['eom eoq eoy', 'the last day of this month, quarter or year'],
        ['never', 'only as --expires: no expiry, also where a policy has one'],
      ],
    },
    "A day is a day in the customer's time zone and means its first instant. Credits that expire on eom can be used " +
      'until the last day of the month begins, and are gone on that day.',
    '"sandbox clock" takes instants and durations of its own (90m, 48h, 30d, 2w, 1y); a date there is its midnight UTC.',
  ],
};

/** @param width columns of the terminal */
export function topicText(name: TopicName, width: number): string {
  const passages = topics[name].map((passage) => passageLines(passage, width).join('\n'));
  return `${[topicTitles[name], ...passages].join('\n\n')}\n`;
}

function passageLines(passage: Passage, width: number): readonly string[] {
  if (typeof passage === 'string') return wrap(passage, width);
  const terms = Math.max(...passage.terms.map(([term]) => textWidth(term)));
  const indent = terms + 4;
  // A meaning of a few letters a line can be read by nobody.
  const room = Math.max(width - indent, 20);
  return passage.terms.flatMap(([term, meaning]) =>
    wrap(meaning, room).map((line, index) => `  ${pad(index === 0 ? term : '', terms)}  ${line}`),
  );
}
