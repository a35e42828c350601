// The routes of credit notes: list, show.
import type { WireAnswer } from '../../wire/message.ts';
import { type CreditNote, creditNoteById, newestCreditNotes } from '../store/credit-notes.ts';
import { jsonAnswer, pageAnswer } from './answer.ts';
import type { RoutedRequest, ServerContext } from './context.ts';
import { creditNoteDocument } from './credit-note-document.ts';
import { writeCursor } from './cursor.ts';
import { findInvoice } from './find-invoice.ts';
import { notFound } from './problem.ts';
import { QueryReader } from './query.ts';

const cursorKind = 'credit_notes';

/** GET /credit_notes, newest first. */
export function listCreditNotes({ database }: ServerContext, { query }: RoutedRequest): WireAnswer {
  const reader = new QueryReader(query);
  const limit = reader.limit(100);
  const [after = null] = reader.cursor(cursorKind, 1) ?? [];
  const created = reader.range('created_at');
  reader.finish();
  const found = newestCreditNotes(database, { created, after }, limit + 1);
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const more = found.length > limit && last !== undefined;
  return pageAnswer(
    page.map((note) => documentOf({ database }, note)),
    more ? writeCursor(cursorKind, last.ordinal) : null,
  );
}

/** GET /credit_notes/{credit_note_id} */
export function showCreditNote({ database }: ServerContext, { params, query }: RoutedRequest): WireAnswer {
  new QueryReader(query).finish();
  const id = params.credit_note_id ?? '';
  const note = creditNoteById(database, id);
  if (note === undefined) throw notFound('CreditNote', id);
  return jsonAnswer(200, documentOf({ database }, note));
}

/** A paid invoice is never deleted, nor is a customer who was sent one. */
function documentOf({ database }: Pick<ServerContext, 'database'>, note: CreditNote) {
  const { stored, customer } = findInvoice({ database }, note.invoice);
  return creditNoteDocument(note, stored, customer);
}
