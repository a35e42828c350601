// The text of the topics, as data: `creditctl help`, its JSON and the manual page are made from it.
import { environmentVariables } from './environment.ts';
import { exitCodeLines } from './exit-codes.ts';
import type { TopicName } from './topic-names.ts';

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
