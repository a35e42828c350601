// What `alerts enable` and `alerts disable` do: turn an alert on or off, and show it.
import { CreditctlError } from '../../errors.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { executeOne, type WriteFlags } from '../../writes/execute.ts';
import { alertPreview, type OpenAlert, writeToAlert } from './open-alert.ts';
import { type AlertSwitch, alertSwitch } from './request.ts';
import { alertsView } from './view.ts';

export async function switchAlert(
  to: AlertSwitch,
  [named]: readonly string[],
  { flags, runtime }: { readonly flags: WriteFlags; readonly runtime: Runtime },
): Promise<void> {
  const choice = checkOutput(flags, alertsView);
  await writeToAlert(
    named,
    { purpose: to, act: (open) => switchOpen(open, to, { choice, flags, runtime }) },
    { flags, runtime },
  );
}

interface Switching {
  readonly choice: ReturnType<typeof checkOutput>;
  readonly flags: WriteFlags;
  readonly runtime: Runtime;
}

async function switchOpen(
  open: OpenAlert,
  to: AlertSwitch,
  { choice, flags, runtime }: Switching,
): Promise<void> {
  const { connection, id, isAsked } = open;
  const title = `Turn alert ${id} ${to === 'enable' ? 'on' : 'off'}`;
  const settled = await executeOne(
    {
      request: alertSwitch(id, to),
      title,
      effect: undefined,
      preview: () => alertPreview(title, open),
      read: connection.api.alertOf,
      words: isAsked ? ['alerts', to, id] : undefined,
    },
    { connection, flags, runtime },
  );
  if (settled === undefined) return;
  const isLate = settled.manner === 'resumed' || settled.manner === 'unacknowledged';
  // The API repeats the answer that it gave then; the alert may have been switched back since.
  const row = isLate ? await connection.api.alert(id) : settled.result;
  await show([row], { view: alertsView, shape: 'one', choice, isWritten: true }, runtime);
  if (row.record.enabled === (to === 'enable')) return;
  throw new CreditctlError('failure', `Alert ${id} was changed earlier, but has been changed back since`, {
    applied: 'yes',
    retrySafe: true,
    idempotencyKey: settled.key,
    next: ['To change it again, run the same command again'],
  });
}
