// Draws a burndown for a terminal, above its figures: a chart, and sentences about the run-out and what expires. Pure.
import { dayOf } from '../../credits/calendar.ts';
import { counted } from '../../credits/exact.ts';
import { cleanLine, wrapSentence } from '../../output/shown-text.ts';
import { basisDaysMin } from '../../reports/burndown.ts';
import { balanceChart, type ChartStyle, chartEnd } from './balance-chart.ts';
import { type CustomerBurndown, roundedLoss, roundedMean } from './burndown-view.ts';
import type { LedgerBurndown } from './ledger-burndown.ts';

export type PicturedBurndown = CustomerBurndown & LedgerBurndown & { readonly zone: string };

/** Most blocks that are named one by one; further blocks are counted. */
const blocksNamed = 5;

export function burndownPicture(burndown: PicturedBurndown, style: ChartStyle): string {
  const { width, paint } = style;
  const { customer, currency, history, balances, asOf, runOutOn } = burndown;
  const last = chartEnd(history, asOf, runOutOn);
  const chart = balanceChart({ history, projected: balances, last }, style);
  const title = paint('strong', `Balance of ${cleanLine(customer)} in ${cleanLine(currency)}`);
  const lines = sentences(burndown, style).map((line) => wrapSentence(line, width));
  return `${[title, '', chart + lines.join('\n')].join('\n')}\n\n`;
}

function sentences(burndown: PicturedBurndown, style: ChartStyle): readonly string[] {
  const { lapsing, zone } = burndown;
  const named = lapsing.slice(0, blocksNamed).map(({ block, unused }) => {
    const day = dayOf(block.expiry_date, zone) ?? 'never';
    return `${roundedLoss(unused)} of block ${cleanLine(block.id)} will likely expire unused on ${day}.`;
  });
  const more = lapsing.length - named.length;
  const rest = more === 0 ? [] : [`${counted(more, 'more block')} will likely expire with credits in them.`];
  return [legend(burndown, style), runOut(burndown), ...named, ...rest];
}

function legend({ asOf, perDay }: PicturedBurndown, { ascii }: ChartStyle): string {
  const [was, willBe] = ascii ? ['#', ':'] : ['█', '░'];
  return `${was} balance up to ${asOf}   ${willBe} projected at ${roundedMean(perDay)} a day`;
}

function runOut({ balance, runOutOn, runOutEarliest, runOutLatest, basisDays }: PicturedBurndown): string {
  if (basisDays < basisDaysMin) {
    return `The balance is ${balance}. Use is known for ${counted(basisDays, 'day')}; at least ${basisDaysMin} are needed to say when it runs out.`;
  }
  if (runOutOn === null) return `At this rate the balance of ${balance} does not run out.`;
  const range =
    runOutEarliest === null || (runOutEarliest === runOutOn && runOutLatest === runOutOn)
      ? ''
      : ` (8 of 10 chances: ${runOutEarliest} to ${runOutLatest ?? 'never'})`;
  return `The balance of ${balance} runs out on ${runOutOn}${range}.`;
}
