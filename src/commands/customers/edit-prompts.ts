// Asks which fields of a customer to change and for their new values, until the person is done.

import { type Check, type Prompter, StepBack } from '../../prompts/prompter.ts';
import type { CustomerEdit, EditField } from './update-request.ts';
import { customerEditBody, editRules } from './update-request.ts';

/** The present value of each field as text, `none` if empty. A field that cannot change is absent. */
export type PresentFields = Partial<Readonly<Record<EditField, string>>>;

const labels: readonly (readonly [field: EditField, label: string])[] = [
  ['name', 'Name'],
  ['email', 'E-mail'],
  ['additionalEmail', 'Additional e-mails'],
  ['externalId', 'External id'],
  ['currency', 'Invoicing currency'],
  ['metadata', 'Metadata'],
  ['autoCollection', 'Automatic collection'],
  ['emailDelivery', 'Delivery by e-mail'],
  ['autoIssuance', 'Automatic issuance'],
];

const end = 'end';

/**
 * Asks which fields to change and for their new values; returns an empty edit if none. Going back leads from a value to
 * the choice of the field, and from there to the previous value. Going back from the first choice throws a `StepBack`.
 * @param begun the earlier choices, if the person has come back
 */
export async function askCustomerEdit(
  present: PresentFields,
  prompter: Prompter,
  begun: CustomerEdit = {},
): Promise<CustomerEdit> {
  const trail: { readonly edit: CustomerEdit; readonly field: EditField }[] = [];
  let edit = begun;
  let field: EditField | undefined;
  for (;;) {
    try {
      if (field === undefined) {
        const chosen = await askField(present, edit, prompter);
        if (chosen === end) return edit;
        field = chosen;
      }
      const answer = await askValue(field, { present, edit, prompter });
      trail.push({ edit, field });
      edit = { ...edit, ...answer };
      field = undefined;
    } catch (error) {
      if (!(error instanceof StepBack)) throw error;
      const last = field === undefined ? trail.pop() : { edit, field: undefined };
      if (last === undefined) throw error;
      ({ edit, field } = last);
    }
  }
}

function askField(
  present: PresentFields,
  edit: CustomerEdit,
  prompter: Prompter,
): Promise<EditField | typeof end> {
  const fields = labels.filter(([field]) => present[field] !== undefined);
  const begun = Object.keys(edit).length > 0;
  return prompter.choose<EditField | typeof end>({
    message: begun ? 'Change another field?' : 'Which field do you want to change?',
    choices: [
      ...(begun ? [{ name: 'No, continue', value: end } as const] : []),
      ...fields.map(([field, label]) => ({ name: label, value: field, hint: `now: ${present[field]}` })),
      ...(begun ? [] : [{ name: 'None', value: end } as const]),
    ],
  });
}

interface Asking {
  readonly present: PresentFields;
  readonly edit: CustomerEdit;
  readonly prompter: Prompter;
}

async function askValue(field: EditField, { present, edit, prompter }: Asking): Promise<CustomerEdit> {
  const words = Object.keys(editRules[field].switch ?? {});
  const [, label = field] = labels.find(([name]) => name === field) ?? [];
  const now = present[field] ?? 'none';
  if (words.length > 0) {
    const choices = words.map((word) => ({ name: word, value: word }));
    return { [field]: await prompter.choose({ message: `${label} (now: ${now})`, choices }) };
  }
  if (field === 'metadata') return askMetadata(edit, prompter);
  const read = (answer: string): CustomerEdit =>
    field === 'additionalEmail' ? { [field]: listed(answer) } : { [field]: answer.trim() };
  const message =
    field === 'additionalEmail' ? `${label}: the whole list, separated by commas ("none" for none)` : label;
  const initial = now === 'none' ? {} : { initial: now };
  return read(await prompter.text({ message, ...initial, check: checkWith(read) }));
}

/** Keeps the pairs of earlier answers, because metadata is changed key by key. */
async function askMetadata(edit: CustomerEdit, prompter: Prompter): Promise<CustomerEdit> {
  const read = (answer: string): CustomerEdit => ({ metadata: [...(edit.metadata ?? []), answer.trim()] });
  return read(
    await prompter.text({
      message: 'Metadata as key=value (key= removes the key)',
      check: checkWith(read),
    }),
  );
}

function listed(answer: string): readonly string[] {
  const addresses = answer
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return addresses.length === 0 || addresses.join() === 'none' ? [''] : addresses;
}

const checkWith =
  (read: (answer: string) => CustomerEdit): Check =>
  (answer) => {
    const reading = customerEditBody(read(answer));
    return 'problems' in reading ? `This ${reading.problems[0]?.problem}` : undefined;
  };
