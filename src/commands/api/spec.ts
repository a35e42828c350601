// Raw requests. What the command is called, takes and says in its help.
import { lazily, type Node } from '../../cli/command-tree.ts';
import { writeOptions } from '../options.ts';

export const api: Node = {
  name: 'api',
  group: 'advanced',
  usage: '<METHOD> <path>',
  wordsMax: 2,
  summary: 'Send any request to the API and print its answer as it came',
  details:
    'The path is below the base URL: customers, /customers and /v1/customers are the same. The answer is JSON, or with -o\n' +
    'ndjson or yaml; jq picks from it. Anything but GET is a write: it is journalled, and asks or needs --yes.\n' +
    "A write that is not known to be harmless has to be said twice: --confirm 'POST /customers/<id>/balance_transactions'.",
  options: () => [
    {
      flags: '-F, --field <key=value>',
      text: 'a field; true, false, null and numbers are JSON, @file and @- read a text',
      repeats: true,
    },
    {
      flags: '-f, --raw-field <key=value>',
      text: 'a field whose value is text, whatever it is',
      repeats: true,
    },
    {
      flags: '--input <file>',
      text: 'the JSON body; - reads stdin',
      name: 'inputFile',
    },
    { flags: '--paginate', text: 'follow a list to its end, as one array' },
    ...writeOptions,
  ],
  examples: [
    'api GET /customers/external_customer_id/acme --sandbox',
    'api GET customers -F limit=2 --paginate --sandbox -o ndjson',
    'api POST customers/external_customer_id/acme/credits/ledger_entry -F entry_type=increment -F amount=5 --sandbox --yes',
  ],
  run: lazily(() => import('./api.ts')),
};
