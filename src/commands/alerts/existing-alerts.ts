// Finds, previews and changes the alerts of a customer (contract: one of each type for each currency).
import type { Alert } from '../../credits/alert.ts';
import { type CustomerRef, customerName } from '../../credits/customer.ts';
import { localTime } from '../../credits/local-time.ts';
import { foreignMoney, realCurrencies } from '../../credits/real-money.ts';
import { CreditctlError, shellText, valueArgs } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { customerArgs } from '../../requests/command-args.ts';
import { checkOutput } from '../../runtime/show.ts';
import { type Preview, previewLine } from '../../views/preview.ts';
import type { JsonObject } from '../../wire/json.ts';
import { customerZone, ownerZone } from '../../writes/customer.ts';
import { type CommandContext, once, type WriteCommand, type WriteContext } from '../../writes/execute.ts';
import { changeObject } from '../../writes/for-customer.ts';
import { type ObjectWrite, overruled, writeObject } from '../../writes/write-object.ts';
import { askAlert } from './prompts.ts';
import { type AlertSwitch, alertSwitch, alertsQuery } from './request.ts';
import { alertsView, alertText } from './view.ts';

/** Reads all alerts of a customer; there are few. */
async function alertsOf({ api }: Connection, customer: CustomerRef) {
  const rows = [];
  for await (const row of api.alerts(alertsQuery(customer), {})) rows.push(row);
  return rows;
}

interface NewAlert {
  /** Request body, made by `alertBody`. */
  readonly body: JsonObject;
  readonly connection: Connection;
  readonly customer: CustomerRef;
}

async function conflictingAlert({ body, connection, customer }: NewAlert) {
  const alerts = await alertsOf(connection, customer);
  return alerts.find(({ record }) => record.type === body.type && record.currency === body.currency);
}

/** Looks up whether the customer already has an alert of this type and currency, and is invoiced in this currency. */
export async function newAlertPreview(title: string, alert: NewAlert): Promise<Preview> {
  const other = await conflictingAlert(alert);
  const existing =
    other === undefined
      ? []
      : [
          previewLine('existing', `${other.record.id}: ${alertText(other.record)}`),
          previewLine('', 'only one of each type is allowed, so the API will refuse this'),
        ];
  const notes = await refusedMoney(alert);
  return {
    lines: [title, ...existing, ...notes.map((note) => previewLine('note', note))],
    document: { in_the_way: other?.document ?? null, notes },
  };
}

/** Reads the customer only for real money, because any customer may have credits and pricing units. */
async function refusedMoney({ body, connection, customer }: NewAlert): Promise<readonly string[]> {
  const currency = String(body.currency);
  if (!realCurrencies.has(currency)) return [];
  const foreign = foreignMoney(currency, (await connection.api.customer(customer)).record.currency);
  return foreign === undefined ? [] : [`The API will refuse this: ${foreign}.`];
}

/**
 * Adds the next steps to a refusal if an existing alert caused it. The contract gives this refusal no type of its own,
 * so the code compares the alerts, not the message.
 */
export async function refusalExplained(error: unknown, alert: NewAlert): Promise<unknown> {
  if (!(error instanceof CreditctlError) || error.kind !== 'rejected') return error;
  let other: Alert | undefined;
  try {
    other = (await conflictingAlert(alert))?.record;
  } catch (failure) {
    // Report the refusal, even if the lookup fails.
    if (!(failure instanceof CreditctlError)) throw failure;
  }
  if (other === undefined) return error;
  const next = [
    `Show it: creditctl alerts list ${shellText(customerArgs(alert.customer))}`,
    ...(other.enabled ? [] : [`Turn it on: creditctl alerts enable ${valueArgs(other.id)}`]),
    `To replace it, run this command again after: creditctl alerts delete ${valueArgs(other.id)}`,
  ];
  return error.with({ next });
}

/** Common fields of every write to an existing alert. */
export interface AlertWrite extends Pick<ObjectWrite<unknown>, 'title' | 'owner' | 'equivalentArgs'> {
  readonly id: string;
  readonly preview: () => Promise<Preview>;
}

export interface AlertChange {
  /** Name of the command, and the verb of its question: "no alerts to enable". */
  readonly verb: AlertSwitch | 'delete';
  readonly title: (id: string) => string;
  /** Performs the write. A person who goes back chooses the alert again. */
  readonly perform: (write: AlertWrite, context: WriteContext) => Promise<void>;
}

/** Changes an existing alert. Throws a `usage` error with every problem before it connects. */
export const changeAlert = (
  args: readonly string[],
  { verb, title: titleOf, perform }: AlertChange,
  invocation: CommandContext,
): Promise<void> =>
  changeObject(
    args,
    {
      what: '<alert>',
      isTypedBack: verb === 'delete',
      ask: async (customer, prompter, connection) => {
        const alerts = (await alertsOf(connection, customer)).map(({ record }) => record);
        const local = localTime(await customerZone(connection, customer));
        return askAlert(prompter, alerts, { purpose: verb, local });
      },
      perform: (id, context, { isAsked }) => {
        const title = titleOf(id);
        const alert = once(() => context.connection.api.alert(id));
        const write = {
          ...{ id, title, preview: async () => alertPreview(title, await alert()) },
          owner: async () => ownerName((await alert()).record),
          equivalentArgs: isAsked ? ['alerts', verb, id] : undefined,
        };
        return perform(write, context);
      },
    },
    invocation,
  );

const ownerName = ({ customer }: Alert): string | undefined =>
  customer === null ? undefined : customerName(customer);

const alertPreview = (
  title: string,
  { record, document }: Awaited<ReturnType<Connection['api']['alert']>>,
): Preview => ({
  lines: [title, previewLine('alert', alertText(record))],
  document: { alert: document },
});

/** Makes `alerts enable` and `alerts disable`, which throw a `failure` if the alert was switched back since an earlier run. */
export const switchAlert =
  (to: AlertSwitch): WriteCommand =>
  async (args, flags, runtime) => {
    const choice = checkOutput(flags, alertsView);
    await changeAlert(
      args,
      {
        verb: to,
        title: (id) => `Turn alert ${id} ${to === 'enable' ? 'on' : 'off'}`,
        perform: async ({ id, ...write }, context) => {
          const { connection } = context;
          const { api } = connection;
          const written = await writeObject(
            { ...write, request: alertSwitch(id, to), read: api.alertOf },
            {
              ...{ view: alertsView, choice, readAgain: () => api.alert(id) },
              zoneOf: (alert) => ownerZone(connection, alert),
            },
            context,
          );
          if (written === undefined || written.record.enabled === (to === 'enable')) return;
          throw overruled(`switched alert ${id}`, 'switched back', written.settled.key);
        },
      },
      { flags, runtime },
    );
  };
