// Joins the nouns into the command tree, in the order of the help; the code of a command is imported when it runs.
import type { Program } from '../cli/command-tree.ts';
import { alerts } from './alerts/spec.ts';
import { api } from './api/spec.ts';
import { auth } from './auth/spec.ts';
import { balance } from './balance/spec.ts';
import { batch } from './batch/spec.ts';
import { blocks } from './blocks/spec.ts';
import { completion } from './completion/spec.ts';
import { config } from './config/spec.ts';
import { customers } from './customers/spec.ts';
import { doctor } from './doctor/spec.ts';
import { history } from './history/spec.ts';
import { invoices } from './invoices/spec.ts';
import { ledger } from './ledger/spec.ts';
import { globalOptions } from './options.ts';
import { reconcile } from './reconcile/spec.ts';
import { record } from './record/spec.ts';
import { report } from './report/spec.ts';
import { sandbox } from './sandbox/spec.ts';
import { topups } from './topups/spec.ts';
import { undo } from './undo/spec.ts';
import { version } from './version/spec.ts';
import { webhooks } from './webhooks/spec.ts';

export const program: Program = {
  name: 'creditctl',
  summary:
    "Manage customers' prepaid credits through Orb's billing API, or try everything on an embedded ledger.",
  options: globalOptions,
  nodes: [
    {
      name: 'ledger',
      group: 'credits',
      summary: 'Ledger entries: grant, use, change, list and watch credits',
      commands: ledger,
    },
    balance,
    {
      name: 'blocks',
      group: 'credits',
      summary: 'Credit blocks: list, expire, extend, void or delete them',
      commands: blocks,
    },
    {
      name: 'topups',
      group: 'credits',
      summary: 'Top-ups: buy credits automatically when the balance is low',
      commands: topups,
    },
    {
      name: 'invoices',
      group: 'credits',
      summary: 'Invoices of credits: list, issue, mark as paid or void them',
      commands: invoices,
    },
    {
      name: 'alerts',
      group: 'credits',
      summary: 'Alerts: get a webhook when the balance is low',
      commands: alerts,
    },
    {
      name: 'customers',
      group: 'customers',
      summary: 'Customers: list, search, create and update them',
      commands: customers,
    },
    {
      name: 'report',
      group: 'reports',
      summary: 'What moved a balance, statements, when credits run out and expire',
      commands: report,
    },
    reconcile,
    undo,
    {
      name: 'batch',
      group: 'safety',
      summary: 'Many entries from a file: plan, apply, resume and undo',
      commands: batch,
    },
    {
      name: 'history',
      group: 'safety',
      summary: 'The record of writes: who, what, why, and the outcome',
      commands: history,
    },
    {
      name: 'record',
      group: 'safety',
      summary: 'Where the record of writes is kept: here, or a database for a team',
      commands: record,
    },
    { name: 'auth', group: 'setup', summary: 'API keys: keep, forget and check them', commands: auth },
    { name: 'config', group: 'setup', summary: 'Profiles: which connection is used', commands: config },
    {
      name: 'webhooks',
      group: 'advanced',
      summary: 'Webhooks: receive signed events, and check one that was captured',
      commands: webhooks,
    },
    doctor,
    completion,
    {
      name: 'sandbox',
      group: 'sandbox',
      summary: 'The embedded ledger: fill, reset and serve it; set its clock and faults',
      commands: sandbox,
    },
    api,
    version,
  ],
};
