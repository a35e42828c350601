// Values of a record on PostgreSQL that have a type of their own: states and texts. Pure.
import { CreditctlError } from '../../errors.ts';
import { allTexts } from '../chained-fact.ts';
import type { TextName, WriteState } from '../facts.ts';
import type { Fields } from './row.ts';

const states: readonly WriteState[] = ['noted', 'settled', 'refused', 'unknown', 'absent', 'unsent'];

/** Throws a `refused` error for a state that this program does not know. */
export function stateOf(text: string): WriteState {
  const state = states.find((known) => known === text);
  if (state !== undefined) return state;
  throw new CreditctlError('refused', `The record has a write of the unknown state "${text}"`, {
    applied: 'no',
    next: ['creditctl history verify'],
  });
}

/** Throws a `refused` error for a name that this program does not know. */
export function textNameOf(text: string): TextName {
  const name = allTexts.find((known) => known === text);
  if (name !== undefined) return name;
  throw new CreditctlError('refused', `The record has a text of the unknown name "${text}"`, {
    applied: 'no',
    next: ['creditctl history verify'],
  });
}

const utf8 = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');

/** All texts by name; `null` for those that are not there. */
export function textsOf(fields: Fields | null): Readonly<Record<TextName, string | null>> {
  const text = (name: TextName): string | null =>
    fields?.has(name) === true ? utf8(fields.text(name)) : null;
  return {
    request: text('request'),
    command: text('command'),
    message: text('message'),
    answer: text('answer'),
    results: text('results'),
    policy: text('policy'),
  };
}

/** The texts that an event came with; `null` for those that were erased. */
export function eventTextsOf(body: Fields, kept: Fields | null): Readonly<Record<string, string | null>> {
  const names = body.has('texts') ? body.fields('texts').names() : [];
  return Object.fromEntries(
    names.map((name) => [name, kept?.has(name) === true ? utf8(kept.text(name)) : null]),
  );
}
