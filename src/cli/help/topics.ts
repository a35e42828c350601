// Holds the text of the help topics, for `creditctl help`, its JSON and the manual page.
import { type ErrorKind, exitCodes } from '../../errors.ts';
import { pad, textWidth, wrap } from '../../output/shown-text.ts';
import { type TopicName, topicTitles } from '../command-tree.ts';

/** In the order of the exit codes. */
const exitCodeMeanings: Readonly<Record<ErrorKind, string>> = {
  failure: 'something on this machine failed, or the program itself did',
  'check-failed': 'a check you asked for failed, such as balance --fail-below',
  usage: 'the command line, the configuration or a value is not valid; nothing was sent',
  credentials: 'an API key, password or webhook secret is missing, or is not accepted',
  'not-found': 'the customer, block or path does not exist',
  rejected: 'the API refused the request (another 4xx); nothing was written',
  'rate-limited': 'the API still answered 429 after all retries; nothing was written',
  server: 'a read still failed after all retries, or the answer of the API is not valid',
  network: 'the API or the record could not be reached; nothing was written',
  'partly-done': 'some rows of a batch were written and others were not',
  refused: 'a guard refused, or the write was not confirmed (add --yes); nothing was sent',
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
  { code: 0, kind: '', text: 'done; also if the reader of stdout closed the pipe' },
  ...Object.entries(exitCodeMeanings).map(([kind, text]) => ({
    code: exitCodes[kind as ErrorKind],
    kind: kind as ErrorKind,
    text,
  })),
];

/** Every environment variable of the program, the most useful first. */
export const environmentVariables: Readonly<Record<string, string>> = {
  ORB_API_KEY: 'the API key; overrides the key stored for the profile',
  ORB_BASE_URL: 'the base URL of another host with the same API; https, or http on this machine only',
  ORB_WEBHOOK_SECRET:
    'the secret that webhooks are signed with, for "webhooks listen" and "webhooks verify"; it is masked everywhere',
  HTTPS_PROXY: 'the proxy to the API, such as http://proxy.example:3128; https_proxy overrides it',
  HTTP_PROXY: 'used if HTTPS_PROXY is not set; http_proxy overrides it',
  ALL_PROXY: 'not used; a password in it is masked wherever it would be printed',
  NO_PROXY: 'hosts to reach without the proxy, with their subdomains, or * for all; no_proxy overrides it',
  NODE_EXTRA_CA_CERTS: 'a PEM file with more certificates to trust, besides those of Node',
  CREDITCTL_PROFILE: 'the profile to use; --profile overrides it',
  CREDITCTL_RECORD:
    "the team's record of writes, as postgres://host/database; overrides the profile's record",
  CREDITCTL_ACTOR: 'who acts, for the record: a CI job, an agent or a ticket; counts for no rule',
  PGPASSWORD: 'the password of the record on PostgreSQL; it is masked wherever it would be printed',
  PGPASSFILE: 'the password file of PostgreSQL (default: ~/.pgpass)',
  CREDITCTL_CONFIG_DIR:
    'folder of configuration and keys, an absolute path (default: $XDG_CONFIG_HOME/creditctl)',
  CREDITCTL_STATE_DIR:
    'folder of the record and the embedded ledger, an absolute path (default: $XDG_STATE_HOME/creditctl)',
  CREDITCTL_SANDBOX_DB: 'database file of the embedded ledger; --db overrides it',
  CREDITCTL_SANDBOX_KEY: 'the key that clients of "sandbox serve" must send',
  XDG_CONFIG_HOME: 'where configuration goes (default: ~/.config); a relative path is ignored',
  XDG_STATE_HOME: 'where state goes (default: ~/.local/state); a relative path is ignored',
  XDG_CACHE_HOME: 'where compiled code is kept for a faster start (default: ~/.cache)',
  APPDATA: 'on Windows, where configuration goes if XDG_CONFIG_HOME is not set',
  LOCALAPPDATA:
    'on Windows, where state and compiled code go if XDG_STATE_HOME and XDG_CACHE_HOME are not set',
  HOME: "your home folder; if it is empty or relative, the system's list of users is used",
  NO_COLOR: 'no colour, if not empty',
  FORCE_COLOR: 'colour in tables, also in a pipe; 0 or false for no colour. NO_COLOR overrides it',
  CI: 'set by build servers: no questions, and no progress line is redrawn; 0 or false for a person',
  TERM: 'dumb means no colour, and questions answered line by line, as the setting prompts does',
  LC_ALL: 'without UTF-8 in it, charts are drawn in ASCII; if it is empty, LC_CTYPE decides, then LANG',
  LC_CTYPE: 'see LC_ALL',
  LANG: 'see LC_ALL',
};

/** A paragraph, or a list of terms with their meanings. */
export type Passage = string | { readonly terms: readonly (readonly [term: string, meaning: string])[] };

export const topics: Readonly<Record<TopicName, readonly Passage[]>> = {
  'exit-codes': [
    'The exit code says how a command ended. For a write it also says whether anything was written. ' +
      'With a machine format, the name in parentheses is the "code" of the JSON error on stderr.',
    {
      terms: exitCodeLines.map(({ code, kind, text }) => [
        String(code),
        kind === '' ? text : `${text} (${kind})`,
      ]),
    },
    'Exit code 11 means that the write may have been applied. Run exactly the same command again within ' +
      '12 hours: it finds the write in the record and settles it under the same key. Nothing is written twice.',
  ],
  output: [
    'Data goes to stdout; banners, questions, warnings and errors go to stderr.',
    {
      terms: [
        ['-o table', 'for people (the default): fits the terminal; in a pipe, plain text with nothing cut'],
        ['-o json', 'what the API returned, with names and digits unchanged; a list is one array'],
        ['-o ndjson', 'one JSON document per line, printed as the pages arrive'],
        [
          '-o csv',
          'RFC 4180, each line ending in a line feed; cells that a spreadsheet would run as formulas are made harmless',
        ],
        ['-o yaml', 'the same documents as JSON; a list is one sequence'],
        ['-o md', 'a table for GitHub'],
        ['--json', 'short for -o json'],
        [
          '--json id,amount',
          'JSON with only these fields; a dot reaches into an object, as in credit_block.id',
        ],
        ['--jq <expression>', 'what jq makes of the JSON; jq need not be installed'],
        ['--columns a,b', 'the columns of a table, CSV or md, in this order'],
      ],
    },
    'If a name of a field or column is wrong, the error suggests one or lists all. With any format but table, stderr ' +
      'is JSON, one object per line. An error has "code", "message", "exit_code", "status", "request_id", ' +
      '"idempotency_key", "applied", "retry_safe" and "next". "applied" says whether this run wrote anything. If "retry_safe" is true, the same command, run again, writes ' +
      'nothing twice.',
    'If the reader closes the pipe, as head does, the command ends quietly with exit code 0.',
  ],
  environment: [
    'A flag overrides its variable, and a variable overrides the profile. An empty variable counts as not set.',
    { terms: Object.entries(environmentVariables) },
  ],
  dates: [
    'You can write a date in any of these ways:',
    {
      terms: [
        ['2027-01-31', 'a calendar day'],
        ['2027-01-31T09:00:00Z', 'an instant: any RFC 3339 time, with its offset'],
        ['today yesterday tomorrow', 'the current day, the one before, the next one'],
        ['+30d +6w +3m +1y', 'this many days, weeks, months or years after today'],
        ['-30d -6w -3m -1y', 'this many before today'],
        ['eom eoq eoy', 'the last day of this month, quarter or year'],
        ['never', 'no expiry, even if a policy sets one (only for --expires)'],
      ],
    },
    "A day means its first instant, in the customer's time zone. Credits that expire on eom can be used until the " +
      'last day of the month begins; on that day they are gone.',
    '"sandbox clock" takes instants, and durations such as 90m, 48h, 30d, 2w and 1y. A date there means midnight UTC.',
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
  // A column of a few letters is not readable.
  const room = Math.max(width - indent, 20);
  return passage.terms.flatMap(([term, meaning]) =>
    wrap(meaning, room).map((line, index) => `  ${pad(index === 0 ? term : '', terms)}  ${line}`),
  );
}
