// What every write to an alert that exists begins with: its id, as it was typed or as it was chosen.
import type { Connection } from '../connection.ts';
import { usageError } from '../errors.ts';
import { askAlert } from '../questions/alert.ts';
import { askCustomer } from '../questions/customer.ts';
import { alertsOf } from '../reading/alerts.ts';
import { idProblems } from '../requests/id-argument.ts';
import type { Runtime } from '../runtime.ts';
import { alertText } from '../views/alerts.ts';
import { type Preview, previewLine } from '../views/preview.ts';
import { keyProblems, openForWriting, type WriteFlags } from './carry-out.ts';
import { checkedPrompter, typedBackHints } from './for-customer.ts';

export interface OpenAlert {
  readonly connection: Connection;
  readonly id: string;
  /** Whether a person was asked which one. */
  readonly isAsked: boolean;
}

/** @param purpose what shall be done with it, as in "no alert to enable" */
export async function openAlert(
  named: string | undefined,
  purpose: string,
  { flags, runtime }: { readonly flags: WriteFlags; readonly runtime: Runtime },
): Promise<OpenAlert> {
  const problems = [...idProblems('<alert>', named), ...keyProblems(flags)];
  const prompter = await checkedPrompter(problems, flags, runtime);
  const isDestroyed = purpose === 'delete';
  const connection = await openForWriting(flags, runtime, isDestroyed ? typedBackHints(named) : undefined);
  if (named !== undefined) return { connection, id: named.trim(), isAsked: false };
  if (prompter === undefined) throw usageError(problems);
  const customer = await askCustomer(prompter, connection.api);
  const alerts = (await alertsOf(connection, customer)).map(({ record }) => record);
  const { id } = await askAlert(prompter, alerts, purpose);
  return { connection, id, isAsked: true };
}

/** Looks up what is to be changed. */
export async function alertPreview(title: string, { connection, id }: OpenAlert): Promise<Preview> {
  const { record, document } = await connection.api.alert(id);
  return { lines: [title, previewLine('alert', alertText(record))], document: { alert: document } };
}
