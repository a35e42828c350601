// Turns the API's own JSON body into a draft, so that `--body` and rows of a file pass the same validation as flags.
import type { Problem } from '../errors.ts';
import { guessOf } from '../nearest.ts';
import { isJsonObject, type Json, type JsonObject, numberText, readJsonObject } from '../wire/json.ts';
import { type EntryDraft, type EntryField, entryFieldNames, entryFields } from './entry-draft.ts';

export type BodyReading = { readonly draft: EntryDraft } | { readonly problems: readonly Problem[] };

/** The name of a body's field in a problem: `body: invoice_settings.net_terms`. */
export const bodyFieldName = (field: EntryField): string => `body: ${entryFields[field].body}`;

/** Reads the text of a JSON body. @param source the file's name, for the message */
export function draftFromBody(text: string, source: string): BodyReading {
  const reading = readJsonObject(text, source);
  if ('problem' in reading) return { problems: [{ where: '--body', problem: reading.problem }] };
  return draftFromObject(reading.object);
}

/** Turns a body in the contract's form into a draft. */
export function draftFromObject(body: JsonObject): BodyReading {
  const problems: Problem[] = [];
  const draft: Record<string, unknown> = {};
  for (const [name, value] of presentFields(body)) {
    if (name === 'filters') Object.assign(draft, filters(value, problems));
    else if (name === 'metadata') draft.metadata = metadata(value, problems);
    else if (name === 'invoice_settings') Object.assign(draft, invoiceSettings(value, problems));
    // `fieldOf` knows these dotted names, but a body nests the fields in `invoice_settings`.
    else if (name.startsWith('invoice_settings.')) problems.push(unknownField(name));
    else Object.assign(draft, fieldIn(name, value, problems));
  }
  return problems.length > 0 ? { problems } : { draft: draft as EntryDraft };
}

function unknownField(name: string): Problem {
  // Names below `invoice_settings` would all be near each other for what they share.
  const [, settings = '', own = ''] = /^(invoice_settings\.)?(.*)$/s.exec(name) ?? [];
  const near = [...fieldOf.keys(), 'invoice_settings'].filter((known) => known.startsWith(settings));
  const others = near.map((known) => known.slice(settings.length)).filter((known) => known !== own);
  const guess = guessOf(own, others);
  return { where: `body: ${name}`, problem: `is not a field of a ledger entry${guess}` };
}

function fieldIn(name: string, value: Json, problems: Problem[]): EntryDraft {
  const field = fieldOf.get(name);
  if (field !== undefined) return { [field]: fieldText(field, value, problems) };
  problems.push(unknownField(name));
  return {};
}

const flagsOnOff: readonly EntryField[] = ['autoCollect', 'markPaid', 'requirePayment'];
const numbers: readonly EntryField[] = ['amount', 'invoiceNetTerms'];

const fieldOf: ReadonlyMap<string, EntryField> = new Map(
  entryFieldNames.map((field) => [entryFields[field].body, field]),
);

function fieldText(field: EntryField, value: Json, problems: Problem[]): string | boolean | undefined {
  const wrong = (kind: string): undefined => {
    problems.push({ where: bodyFieldName(field), problem: `must be ${kind}` });
  };
  if (flagsOnOff.includes(field)) return typeof value === 'boolean' ? value : wrong('true or false');
  if (numbers.includes(field)) {
    const digits = numberText(value);
    return digits === undefined ? wrong('a JSON number') : digits;
  }
  return typeof value === 'string' ? value : wrong('a string');
}

/** The fields that a body sets; `null` means not set, as it does to the API. */
const presentFields = (object: JsonObject): readonly (readonly [string, Json])[] =>
  Object.entries(object).filter((pair): pair is [string, Json] => pair[1] !== null && pair[1] !== undefined);

function invoiceSettings(value: Json, problems: Problem[]): EntryDraft {
  if (!isJsonObject(value)) {
    problems.push({ where: 'body: invoice_settings', problem: 'must be an object' });
    return {};
  }
  if (typeof value.auto_collection !== 'boolean') {
    problems.push({
      where: 'body: invoice_settings.auto_collection',
      problem: 'is missing: set it to true or false',
    });
  }
  // Without this check, settings that set nothing else would be dropped from the request without a message.
  if ((value.net_terms ?? value.custom_due_date ?? null) === null) {
    problems.push({
      where: 'body: invoice_settings',
      problem: 'needs a due date: net_terms or custom_due_date',
    });
  }
  const read = presentFields(value).map(([name, inner]) =>
    fieldIn(`invoice_settings.${name}`, inner, problems),
  );
  return Object.assign({}, ...read);
}

function filters(value: Json, problems: Problem[]): Pick<EntryDraft, 'item' | 'excludeItem'> {
  const item: string[] = [];
  const excludeItem: string[] = [];
  const list = Array.isArray(value) ? (value as readonly Json[]) : [undefined];
  for (const filter of list) {
    const values =
      isJsonObject(filter) && Array.isArray(filter.values) ? (filter.values as readonly Json[]) : undefined;
    const isRight =
      isJsonObject(filter) &&
      filter.field === 'item_id' &&
      (filter.operator === 'includes' || filter.operator === 'excludes') &&
      values?.every((id) => typeof id === 'string') &&
      values.length > 0 &&
      (filter.operator === 'includes' ? item : excludeItem).length === 0;
    if (!isRight || values === undefined) {
      const form =
        '[{"field":"item_id","operator":"includes" or "excludes","values":["…"]}], each operator once';
      problems.push({ where: 'body: filters', problem: `must be of the form ${form}` });
      return {};
    }
    (filter.operator === 'includes' ? item : excludeItem).push(...(values as readonly string[]));
  }
  return { item, excludeItem };
}

function metadata(value: Json, problems: Problem[]): readonly string[] {
  if (!isJsonObject(value)) {
    problems.push({ where: 'body: metadata', problem: 'must be an object of strings' });
    return [];
  }
  return presentFields(value).flatMap(([key, text]) => {
    if (typeof text === 'string' && !key.includes('=')) return [`${key}=${text}`];
    problems.push({
      where: `body: metadata.${key}`,
      problem: 'must be a string, and its key must not contain "="',
    });
    return [];
  });
}
