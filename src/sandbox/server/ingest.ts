// Ingests events of usage and writes the automatic deductions for them.
import { committedUntil } from '../ledger/model.ts';
import { forgetEventKeys, noteEventKey } from '../store/ingested-events.ts';
import { postUsage } from '../store/post-usage.ts';
import { jsonAnswer, notFound, refused } from './answers.ts';
import { Charges } from './charges.ts';
import { loadCalendar } from './date-text.ts';
import { EventFaults, readEventList, readEvents } from './event-body.ts';
import { shortId } from './ids.ts';
import { type RouteHandler, write } from './route.ts';

/** Expired keys that a request deletes besides one for each added key: the table of keys must not grow. */
const forgottenLeast = 64;

/**
 * POST /ingest (contract: Ingest events). Model: all events of a request are ingested, or none if one is refused.
 * Model: an event whose key was ingested before is ignored, even if its content differs.
 */
export const ingestEvents: RouteHandler = async (context, request) => {
  const { query } = request;
  const backfill = query.text('backfill_id');
  // Former clients send this parameter; the contract no longer has it.
  const isDebug = query.boolean('debug');
  const { database, freshId } = context;
  const calendar = await loadCalendar();
  const { createHash } = await import('node:crypto');
  const derivedId = (name: string): string => shortId(() => createHash('sha256').update(name).digest());
  return write({ context, request, body: readEventList(request.body) }, (list, now) => {
    if (backfill !== null) throw notFound('Backfill', backfill);
    const faults = new EventFaults();
    const charges = new Charges({ database, calendar, derivedId });
    const events = readEvents(list, now, faults);
    for (const event of events.values()) faults.add(event.key, charges.problems(event));
    faults.finish();
    forgetEventKeys(database, committedUntil(now), forgottenLeast + 2 * events.size);
    const duplicate: string[] = [];
    const ingested: string[] = [];
    for (const event of events.values()) {
      const isNew = noteEventKey(database, event.key, event.occurredAt);
      (isNew ? ingested : duplicate).push(event.key);
      if (isNew) charges.add(event);
    }
    for (const charge of charges.all()) {
      const refusal = postUsage(database, charge, { now, freshId });
      if (refusal !== undefined) throw refused(refusal);
    }
    const debugging = isDebug ? { debug: { duplicate, ingested } } : {};
    return jsonAnswer(200, { validation_failed: [], ...debugging });
  });
};
