// Builds a page: one file that loads nothing, runs no script, and reads well in light, in dark and on paper.
import { createHash } from 'node:crypto';
import { type Markup, markup, styleSheet } from './markup.ts';
import { pageStyle } from './page-style.ts';

export interface Page {
  readonly title: string;
  /** The direction in which the columns of its tables follow each other. */
  readonly direction: 'ltr' | 'rtl';
  readonly body: Markup;
}

/** A browser may use only the style sheet of this page: no script, no picture, no other address. */
const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(pageStyle).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** The page as the text of an HTML file. */
export const pageText = ({ title, direction, body }: Page): string =>
  `${markup`<!doctype html>
<html lang="en" dir="${direction}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
${styleSheet(pageStyle)}
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`}`;
