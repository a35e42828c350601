// Reading fields of a body that has passed its checks; an absent field reads like null.
import { type Amount, amountFromText } from '../../credits/amount.ts';
import { isJsonObject, type Json, type JsonObject, numberText } from '../../wire/json.ts';

export function textField(body: JsonObject, name: string): string | null {
  const value = body[name];
  return typeof value === 'string' ? value : null;
}

export function booleanField(body: JsonObject, name: string): boolean | null {
  const value = body[name];
  return typeof value === 'boolean' ? value : null;
}

export function integerField(body: JsonObject, name: string): number | null {
  const digits = numberText(body[name]);
  return digits === undefined ? null : Number(digits);
}

export function objectField(body: JsonObject, name: string): JsonObject | null {
  const value = body[name];
  return isJsonObject(value) ? value : null;
}

export function stringsField(body: JsonObject, name: string): readonly string[] {
  const value: Json | undefined = body[name];
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}

/** A JSON number, digit by digit. */
export function numberField(body: JsonObject, name: string): Amount | null {
  return amountFromText(numberText(body[name]) ?? '') ?? null;
}

/** A decimal in a text. */
export function decimalField(body: JsonObject, name: string): Amount | null {
  return amountFromText(textField(body, name) ?? '') ?? null;
}

/** Metadata without the keys whose value is null: on creation there is nothing to remove (contract: numbers). */
export function metadataField(body: JsonObject): Readonly<Record<string, string>> {
  const given = Object.entries(objectField(body, 'metadata') ?? {});
  return Object.fromEntries(given.filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
}
