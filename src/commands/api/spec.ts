// Declares the `api` command: name, options and help.
import { lazily, type Node } from '../../cli/command-tree.ts';
import { writeOptions } from '../options.ts';

export const api: Node = {
  name: 'api',
  group: 'advanced',
  usage: '[METHOD] <path>',
  summary: 'Send any request to the API and print its answer unchanged',
  details:
    'METHOD is GET by default. The path is relative to the base URL: customers, /customers and /v1/customers are the\n' +
    'same. The answer is JSON, or with -o ndjson or yaml.\n\n' +
    'Any method but GET is a write: it is kept in the record, and needs your confirmation or --yes. If it is not known to\n' +
    "be harmless, you must also repeat it: --confirm 'POST /customers/<id>/balance_transactions'.",
  options: () => [
    {
      flags: '-F, --field <key=value>',
      text: 'a field; true, false, null and numbers become JSON; @file and @- (stdin) read text',
      repeats: true,
    },
    { flags: '-f, --raw-field <key=value>', text: 'a field whose value is always text', repeats: true },
    { flags: '--input <file>', text: 'the JSON body; - reads stdin', name: 'inputFile' },
    { flags: '--paginate', text: 'read all pages of a list, as one array' },
    ...writeOptions,
  ],
  examples: [
    'api GET /customers/external_customer_id/acme --sandbox',
    'api customers -F limit=2 --paginate --sandbox -o ndjson',
    'api POST customers/external_customer_id/acme/credits/ledger_entry -F entry_type=increment -F amount=5 --sandbox --yes',
  ],
  run: lazily(() => import('./api.ts')),
};
