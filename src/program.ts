// The whole command tree on one screen: the nouns in the order of the help; each action is imported when it runs.
import type { Program } from './command-tree.ts';
import { auth } from './program/auth.ts';
import { balance } from './program/balance.ts';
import { batch } from './program/batch.ts';
import { blocks } from './program/blocks.ts';
import { config } from './program/config.ts';
import { customers } from './program/customers.ts';
import { ledger } from './program/ledger.ts';
import { globalOptions } from './program/options.ts';
import { sandbox } from './program/sandbox.ts';

export const program: Program = {
  name: 'creditctl',
  summary:
    "Manage customers' prepaid credits through Orb's billing API, or try everything on an embedded ledger.",
  options: globalOptions,
  nodes: [
    { name: 'ledger', summary: 'Ledger entries: grant, use up, change and list credits', commands: ledger },
    balance,
    { name: 'blocks', summary: 'Credit blocks: list, show and expire them', commands: blocks },
    { name: 'customers', summary: 'Customers: list, show and create them', commands: customers },
    { name: 'batch', summary: 'Many entries from a file: plan them', commands: batch },
    { name: 'auth', summary: 'API keys: keep, forget and check them', commands: auth },
    { name: 'config', summary: 'Profiles: which connection is used', commands: config },
    { name: 'sandbox', summary: 'The embedded ledger', commands: sandbox },
  ],
};
