// The whole command tree on one screen: the nouns in the order of the help; each action is imported when it runs.
import type { Program } from './command-tree.ts';
import { alerts } from './program/alerts.ts';
import { api } from './program/api.ts';
import { auth } from './program/auth.ts';
import { balance } from './program/balance.ts';
import { batch } from './program/batch.ts';
import { blocks } from './program/blocks.ts';
import { completion } from './program/completion.ts';
import { config } from './program/config.ts';
import { customers } from './program/customers.ts';
import { doctor } from './program/doctor.ts';
import { history } from './program/history.ts';
import { ledger } from './program/ledger.ts';
import { globalOptions } from './program/options.ts';
import { sandbox } from './program/sandbox.ts';
import { topups } from './program/topups.ts';
import { undo } from './program/undo.ts';

export const program: Program = {
  name: 'creditctl',
  summary:
    "Manage customers' prepaid credits through Orb's billing API, or try everything on an embedded ledger.",
  options: globalOptions,
  nodes: [
    {
      name: 'ledger',
      group: 'credits',
      summary: 'Ledger entries: grant, use up, change, list and watch credits',
      commands: ledger,
    },
    balance,
    {
      name: 'blocks',
      group: 'credits',
      summary: 'Credit blocks: list them, end, extend, void or delete them',
      commands: blocks,
    },
    {
      name: 'topups',
      group: 'credits',
      summary: 'Top-ups: buy credits when the balance runs low',
      commands: topups,
    },
    {
      name: 'alerts',
      group: 'credits',
      summary: 'Alerts: be told when the balance runs low',
      commands: alerts,
    },
    {
      name: 'customers',
      group: 'customers',
      summary: 'Customers: list, find, create and change them',
      commands: customers,
    },
    undo,
    {
      name: 'batch',
      group: 'safety',
      summary: 'Many entries from a file: plan, apply, resume and take them back',
      commands: batch,
    },
    {
      name: 'history',
      group: 'safety',
      summary: 'The journal of writes: who, what, why, and the outcome',
      commands: history,
    },
    { name: 'auth', group: 'setup', summary: 'API keys: keep, forget and check them', commands: auth },
    { name: 'config', group: 'setup', summary: 'Profiles: which connection is used', commands: config },
    doctor,
    completion,
    { name: 'sandbox', group: 'sandbox', summary: 'The embedded ledger', commands: sandbox },
    api,
  ],
};
