// Builds HTML from templates: every text in a template is cleaned and escaped.
import { html, isSafeHtml, type SafeHtml } from '@remix-run/html-template';
import { cleanLine } from '../output/shown-text.ts';

/** HTML that is safe to put into a page. */
export type Markup = SafeHtml;

/** What a template takes. Each piece of a list ends its line. */
export type Piece = string | Markup | readonly Piece[];

/** Makes HTML in which each text is escaped, and stands on one line without control and invisible characters. */
export const markup = (strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup =>
  html(strings, ...pieces.map(cleaned));

/** Escapes a text of our own and keeps its marks of right-to-left scripts, which are removed from outside text. */
export const ownText = (text: string): Markup => html`${text}`;

const nothing = html``;

/** The markup of a value that may be missing. */
export const optional = <Value>(value: Value | undefined, show: (value: Value) => Markup): Markup =>
  value === undefined ? nothing : show(value);

/** A style sheet of our own, word for word, because CSS does not read the escapes of HTML. */
export const styleSheet = (css: string): Markup => html.raw`<style>${css}</style>`;

function cleaned(piece: Piece): Markup | string {
  if (typeof piece === 'string') return cleanLine(piece);
  return isSafeHtml(piece) ? piece : html`${piece.map((each) => html`${cleaned(each)}\n`)}`;
}
