// `report burndown <customer>`: shows how fast credits are used, when they run out, and what expires unused.
import {
  checkOutput,
  type Invocation,
  type ReadCommand,
  type ShowOptions,
  show,
} from '../../runtime/show.ts';
import { knownZone } from '../../writes/customer.ts';
import { type LedgerFlags, ledgersOf, openLedgers } from '../every-ledger.ts';
import type { PicturedBurndown } from './burndown-picture.ts';
import { burndownRow, burndownView, type CustomerBurndown } from './burndown-view.ts';
import { readMoment, readWindow, type WindowFlags } from './burndown-window.ts';
import { ledgerBurndown } from './ledger-burndown.ts';
import { spanProblems } from './span-flags.ts';

export const run: ReadCommand<Omit<LedgerFlags, 'all'> & WindowFlags> = async (args, flags, runtime) => {
  const choice = checkOutput(flags, burndownView);
  const { connection, customers } = await openLedgers(args, spanProblems(flags, runtime.now()), {
    flags,
    runtime,
    isOfOne: true,
  });
  const progress = await runtime.reading();
  const burndowns: PicturedBurndown[] = [];
  for await (const customer of customers) {
    const zone = knownZone(customer.timezone);
    const now = connection.now();
    const moment = readMoment(flags, { now, zone });
    const window = readWindow(flags, moment, { now, zone });
    const reading = { moment, window, zone, onEntry: progress.step };
    for (const ledger of ledgersOf(customer, flags.currency, connection)) {
      const burndown = await ledgerBurndown(ledger, reading);
      burndowns.push({ customer: ledger.name, currency: ledger.currency, zone, ...burndown });
    }
  }
  progress.clear();
  const shown = kept(burndowns);
  const above = await picture(shown, runtime);
  const showing = { view: burndownView, shape: 'list', choice, now: connection.now, above } as const;
  await show(shown.map(burndownRow), showing, runtime);
};

/** Leaves out currencies that the customer never had, unless there is no other. */
function kept(burndowns: readonly PicturedBurndown[]): readonly PicturedBurndown[] {
  const used = burndowns.filter(({ isEmpty }) => !isEmpty);
  return used.length > 0 ? used : burndowns.slice(0, 1);
}

/** The code of the charts is loaded only for a terminal. */
async function picture(
  burndowns: readonly PicturedBurndown[],
  { terminal, env }: Invocation['runtime'],
): Promise<ShowOptions<CustomerBurndown>['above']> {
  if (!terminal.showsTables) return undefined;
  const { burndownPicture } = await import('./burndown-picture.ts');
  const { drawsAscii } = await import('../../output/terminal/character-set.ts');
  return (style) =>
    burndowns.map((each) => burndownPicture(each, { ...style, ascii: drawsAscii(env) })).join('');
}
