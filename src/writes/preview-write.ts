// Shows writes before they are sent: in a dry run, or before the question that asks for consent.
import { customerRefText } from '../credits/customer.ts';
import { valueArgs } from '../errors.ts';
import { cleanLine, wrapSentence } from '../output/shown-text.ts';
import { type ApiRequest, customerOf } from '../requests/request.ts';
import { checkFormat, show } from '../runtime/show.ts';
import {
  dryRunDocument,
  dryRunView,
  effectDocument,
  effectLines,
  requestLines,
} from '../views/prediction.ts';
import { type Preview, previewIndent } from '../views/preview.ts';
import {
  askConsent,
  type ConsentFlags,
  checkConsentIsPossible,
  checkSameRules,
  dryRunNote,
  type TypedBack,
} from './consent.ts';
import { checkPossible, checkUnmoved, type Prediction } from './entry-effect.ts';
import type { SubmitContext } from './submission.ts';

export interface ShownWrite {
  readonly request: ApiRequest;
  /** The effect in words: "Grant 100 credits to acme". */
  readonly title: string;
  /** The question that asks for consent, with the customer's name and grouped digits. Default: the title. */
  readonly question?: (customerName: string | undefined) => string;
  /** More lines about the effect, for a write without `effect`. */
  readonly details?: readonly string[];
  /** Predicts the effect, only if the preview or the guard needs it; `undefined` for a write that moves no credits. */
  readonly effect: (() => Promise<Prediction>) | undefined;
  /** Makes the preview of a write that changes something other than balances. */
  readonly preview?: () => Promise<Preview>;
}

interface ShowingContext extends SubmitContext {
  readonly flags: ConsentFlags;
}

/** Shows the effects and asks, unless the flags give consent. Throws a `refused` error if the answer is no. */
export async function confirm(
  writes: readonly ShownWrite[],
  typedBack: TypedBack | undefined,
  { connection, flags, runtime, notes }: ShowingContext & { readonly notes: readonly string[] },
): Promise<void> {
  const { terminal } = runtime;
  const isAsked = flags.yes !== true || (typedBack !== undefined && flags.confirm === undefined);
  if (isAsked) {
    checkConsentIsPossible(flags, runtime);
    for (const { effect } of writes) checkPossible(await effect?.());
    for (const write of writes)
      for (const line of (await previewOf(write)).lines) terminal.say(fitted(line, terminal.noteWidth));
  }
  for (const note of notes) runtime.note({ text: cleanLine(note), data: { note } });
  if (!isAsked) return;
  await noteOpenWrites(writes, { connection, runtime });
  await askConsent({ typedBack, question: await questionOf(writes) }, flags, runtime);
  // Rules and effects are checked again, because a person may take minutes to answer.
  await checkSameRules({ connection, runtime });
  for (const { request, effect } of writes) {
    const [customer, shown] = [customerOf(request), await effect?.()];
    if (customer && shown) await checkUnmoved(request.body ?? {}, shown, { connection, customer });
  }
}

/** Names the newest write to each customer whose outcome is unknown: the balance may lack it. Sends no request. */
async function noteOpenWrites(
  writes: readonly ShownWrite[],
  { connection, runtime }: Omit<SubmitContext, 'record'>,
): Promise<void> {
  const refs = writes.flatMap(({ request }) => customerOf(request) ?? []);
  if (refs.length === 0) return;
  const record = await runtime.record(connection);
  for (const customer of new Set(refs.map(customerRefText)))
    for await (const { key, who, notedAt } of record.writes({ customer, states: ['noted', 'unknown'] })) {
      const open = `The outcome of an earlier write to ${customer} is unknown (by ${who}, ${notedAt})`;
      const next = `creditctl history settle ${valueArgs(key)}`;
      runtime.note({ text: `Warning: ${open}. To settle it first: ${next}`, data: { warning: open, next } });
      break;
    }
}

const fitted = (line: string, width: number | undefined): string =>
  wrapSentence(cleanLine(line), width, previewIndent(line));

async function questionOf([first, ...others]: readonly ShownWrite[]): Promise<string> {
  if (first === undefined || others.length > 0) return `Make these ${others.length + 1} writes?`;
  const { question, title, effect } = first;
  return question === undefined ? `${title}?` : question((await effect?.())?.name);
}

/** @param together notes beside several writes, which are shown as a list; `undefined` for a single write */
export async function showDryRun(
  writes: readonly ShownWrite[],
  together: readonly string[] | undefined,
  { flags, runtime }: ShowingContext,
): Promise<void> {
  const choice = checkFormat(flags);
  const notes = together ?? [];
  if (choice.format === 'table') {
    const { terminal } = runtime;
    const width = terminal.showsTables ? terminal.width : undefined;
    const lines: string[] = [dryRunNote.text];
    for (const write of writes) {
      lines.push(...(await previewOf(write)).lines.map((line) => fitted(line, width)));
      // The request is not wrapped, so that a person can copy its body unchanged.
      lines.push(...requestLines(write.request).map(cleanLine));
    }
    await terminal.out(`${[...lines, ...notes.map((note) => fitted(note, width))].join('\n')}\n`);
    return;
  }
  for (const note of notes) runtime.note({ text: note, data: { note } });
  const rows = [];
  for (const write of writes) {
    const document = dryRunDocument(write.request, (await previewOf(write)).document);
    rows.push({ record: document, document });
  }
  const shape = together === undefined ? 'one' : 'list';
  await show(rows, { view: dryRunView, shape, choice }, runtime);
}

/** The preview of a write. A write with only a title and details has no document. */
async function previewOf({
  title,
  details = [],
  effect,
  preview,
}: ShownWrite): Promise<Partial<Preview> & Pick<Preview, 'lines'>> {
  if (preview !== undefined) return preview();
  if (effect === undefined) return { lines: [title, ...details] };
  const predicted = await effect();
  return { lines: effectLines(title, predicted), document: effectDocument(predicted.effect) };
}
