// Checks the body of POST /ingest event by event, so that each problem names its event.
import { type Instant, parseInstant } from '../../credits/exact.ts';
import { isJsonNumber, isJsonObject, type Json, type JsonObject, writeJson } from '../../wire/json.ts';
import { committedUntil } from '../ledger/model.ts';
import { invalid } from './answers.ts';
import * as check from './check.ts';
import { textField } from './check.ts';

/** An event that has passed its checks. Exactly one of the two customer ids is set. */
export interface UsageEvent {
  readonly customerId: string | null;
  readonly externalCustomerId: string | null;
  readonly name: string;
  readonly occurredAt: Instant;
  readonly properties: JsonObject;
  readonly key: string;
}

/** Collects the problems of each event over a whole request (contract: ValidationError). */
export class EventFaults {
  readonly #nameless: string[] = [];
  readonly #byKey = new Map<string, readonly string[]>();

  /** @param key the event's key; `null` if it cannot be read */
  add(key: string | null, errors: readonly string[]): void {
    if (key === null) this.#nameless.push(...errors);
    else if (errors.length > 0) this.#byKey.set(key, [...(this.#byKey.get(key) ?? []), ...errors]);
  }

  /** @throws Problem if any event has a problem */
  finish(): void {
    const named = [...this.#byKey].map(
      ([key, errors]): Json => ({ idempotency_key: key, validation_errors: errors }),
    );
    if (named.length + this.#nameless.length > 0) throw invalid([...this.#nameless, ...named]);
  }
}

const bodyShape = check.shape({
  fields: { events: (value, at) => (check.isList(value) ? [] : check.listOf(check.string)(value, at)) },
  required: ['events'],
});

const id = check.nullable(check.name);
const eventShape = check.shape({
  fields: {
    customer_id: id,
    external_customer_id: id,
    event_name: check.name,
    timestamp: check.textThat((text) => instantOf(text) !== undefined, 'date-time in UTC'),
    properties: check.mapOf((value, at) =>
      value !== null && (typeof value !== 'object' || isJsonNumber(value))
        ? []
        : [`${at}: must be a number, a boolean or a string`],
    ),
    idempotency_key: check.name,
  },
  required: ['event_name', 'timestamp', 'properties', 'idempotency_key'],
});

/** Reads a body with a list of events; `readEvents` checks the events themselves. */
export function readEventList(body: string | undefined): JsonObject | readonly string[] {
  return check.readBody(body, bodyShape);
}

/** How far ahead of the clock an event may be, in milliseconds (contract: Ingest events). */
const aheadMost = 5 * 60_000;

/**
 * The events of a request by key. Two equal events with one key are one event.
 * @param faults collects the problems of the events, also two different events with one key
 */
export function readEvents(
  { events: list }: JsonObject,
  now: Instant,
  faults: EventFaults,
): ReadonlyMap<string, UsageEvent> {
  const events = new Map<string, UsageEvent>();
  const texts = new Map<string, string>();
  for (const [index, value] of (check.isList(list) ? list : []).entries()) {
    const key = isJsonObject(value) ? textField(value, 'idempotency_key') : null;
    const problems = eventShape(value, key === null ? `events[${index}]` : '');
    if (key === null || !isJsonObject(value)) {
      faults.add(null, problems);
      continue;
    }
    const text = writeJson(value);
    const other = texts.get(key);
    if (other !== undefined && other !== text) {
      faults.add(key, ['idempotency_key: is that of another event of this request']);
      continue;
    }
    texts.set(key, text);
    if (problems.length > 0) faults.add(key, problems);
    else if (other === undefined) {
      const event = eventOf(value, key);
      faults.add(key, circumstances(event, now));
      events.set(key, event);
    }
  }
  return events;
}

function eventOf(value: JsonObject, key: string): UsageEvent {
  const { properties } = value;
  return {
    key,
    customerId: textField(value, 'customer_id'),
    externalCustomerId: textField(value, 'external_customer_id'),
    name: textField(value, 'event_name') ?? '',
    occurredAt: instantOf(textField(value, 'timestamp') ?? '') ?? Number.NaN,
    properties: isJsonObject(properties) ? properties : {},
  };
}

function circumstances(event: UsageEvent, now: Instant): readonly string[] {
  const { customerId, externalCustomerId, occurredAt } = event;
  const problems: string[] = [];
  if ((customerId === null) === (externalCustomerId === null))
    problems.push('exactly one of customer_id and external_customer_id must be specified');
  if (occurredAt > now + aheadMost) problems.push('timestamp: is more than 5 minutes in the future');
  if (occurredAt < committedUntil(now)) problems.push('timestamp: is before the grace period of 12 hours');
  return problems;
}

/** Reads an instant in UTC, written with `Z`, `+00:00` or without a zone (contract: Ingest events). */
function instantOf(text: string): Instant | undefined {
  const zone = /(?:[Zz]|[+-]\d{2}:\d{2})$/.exec(text)?.[0].toUpperCase();
  if (zone === undefined) return parseInstant(`${text}Z`);
  return zone === 'Z' || zone === '+00:00' || zone === '-00:00' ? parseInstant(text) : undefined;
}
