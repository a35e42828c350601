// `customers search <text>`: lists the customer with exactly this id, then all whose ids, name or e-mail contain the text.
import { type CustomerRef, holdsText, parseCustomerRef } from '../../credits/customer.ts';
import { unlessAbsent } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { answeredNote } from '../../requests/command-args.ts';
import { type ListFlags, readListFlags } from '../../requests/ledger-query.ts';
import { checkOutput, type Invocation, type ReadCommand } from '../../runtime/show.ts';
import { listAll } from '../reading.ts';
import { customersView, foundCustomersView } from './view.ts';

export const run: ReadCommand<Omit<ListFlags, 'cursor'>> = async (args, flags, runtime) => {
  // A wrong flag is reported before a question is asked.
  checkOutput(flags, customersView);
  const isWrong = readListFlags(flags).problems.length > 0;
  const text = args[0] ?? (isWrong ? undefined : await askText({ flags, runtime }));
  const wrong = text === undefined ? 'is missing: enter part of an id, a name or an e-mail' : 'is empty';
  const list = listAll({
    view: foundCustomersView,
    problems: text === undefined || text.trim() === '' ? [{ where: '<text>', problem: wrong }] : [],
    rows: ({ api }, { limit, onMore }) =>
      upTo(limit ?? Number.POSITIVE_INFINITY, matches(api, (text ?? '').trim(), runtime), onMore),
    moreNote: () => ({
      text: 'There may be more. Show all: --all. Show more: --limit',
      data: { note: 'the search ended at the limit' },
    }),
  });
  await list(args, flags, runtime);
};

async function askText({ flags, runtime }: Invocation): Promise<string | undefined> {
  const prompter = await runtime.prompter(flags);
  const text = await prompter?.text({
    message: 'Search for (part of an id, name or e-mail)',
    check: (answer) => (answer.trim() === '' ? 'Enter at least one character' : undefined),
  });
  if (text !== undefined) runtime.note(answeredNote([text], runtime));
  return text;
}

/** Reads no more pages than the limit needs. */
async function* upTo<Found>(limit: number, all: AsyncIterable<Found>, onMore?: (cursor: string) => void) {
  let left = limit;
  for await (const found of all) {
    yield found;
    left -= 1;
    if (left > 0) continue;
    onMore?.('');
    return;
  }
}

/** Yields exact matches, then the others, newest first. */
async function* matches(api: Connection['api'], text: string, runtime: Invocation['runtime']) {
  const exact = new Set<string>();
  for (const ref of exactRefs(text)) {
    const found = await unlessAbsent(() => api.customer(ref));
    if (found === undefined || exact.has(found.record.id)) continue;
    exact.add(found.record.id);
    yield found;
  }
  const held = text.replace(/^id:/, '');
  const progress = await runtime.reading('customers');
  for await (const found of api.customers({})) {
    progress.step();
    if (!exact.has(found.record.id) && holdsText(found.record, held)) yield found;
  }
  progress.clear();
}

/** The ids that a text could be. Orb's own ids are letters and digits, so most texts cost one request. */
function exactRefs(text: string): readonly CustomerRef[] {
  const ref = parseCustomerRef(text);
  if (ref === undefined || ref.by === 'id') return ref === undefined ? [] : [ref];
  return /^[A-Za-z0-9]{12,32}$/.test(ref.id) ? [ref, { by: 'id', id: ref.id }] : [ref];
}
