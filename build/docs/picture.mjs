// Draws a terminal session as an SVG with real text, in the reader's light or dark theme.
import { columns } from './session.mjs';

const cell = { width: 7.83, height: 18 };
const margin = 16;
const bar = 30;

/** The colours of `src/output/terminal/streams.ts`, by the number of the escape sequence that starts each. */
const inks = { 1: 'strong', 31: 'bad', 32: 'good', 33: 'warning', 90: 'muted' };
const ends = new Set(['0', '22', '39']);

export function picture(steps, title) {
  const lines = steps.flatMap(({ line, printed }, index) => [
    ...(index === 0 ? [] : ['']),
    ...wrapped(`$ ${line}`).map((part) => `\u001b[1m${part}\u001b[22m`),
    ...printed.split('\n').flatMap(wrappedIfPlain),
  ]);
  const width = Math.ceil(columns * cell.width + 2 * margin);
  const height = bar + margin + lines.length * cell.height;
  const rows = lines.map((line, index) => row(line, bar + margin + index * cell.height)).join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">
<title id="title">${title}</title>
<style>
  .paper { fill: #ffffff; stroke: #d0d7de }
  .dot { fill: #d0d7de }
  text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; fill: #1f2328; white-space: pre }
  .strong { font-weight: 700 }
  .good { fill: #116329 }
  .warning { fill: #7d4e00 }
  .bad { fill: #b3202a }
  .muted { fill: #59636e }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117; stroke: #3d444d }
    .dot { fill: #3d444d }
    text { fill: #e6edf3 }
    .good { fill: #4ac26b }
    .warning { fill: #d4a72c }
    .bad { fill: #ff8182 }
    .muted { fill: #9198a1 }
  }
</style>
<rect class="paper" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
<circle class="dot" cx="20" cy="18" r="5"/><circle class="dot" cx="38" cy="18" r="5"/><circle class="dot" cx="56" cy="18" r="5"/>
${rows}
</svg>
`;
}

function row(line, y) {
  const spans = [];
  let ink;
  let column = 0;
  for (const piece of line.split(/(\u001b\[\d+m)/)) {
    const code = /^\u001b\[(\d+)m$/.exec(piece)?.[1];
    if (code !== undefined) ink = ends.has(code) ? undefined : inks[code];
    else if (piece !== '') {
      spans.push(span(piece, ink, column));
      column += [...piece].length;
    }
  }
  return spans.length === 0 ? '' : `<text y="${y}" xml:space="preserve">${spans.join('')}</text>`;
}

/** Positions each span at its own column, so that tables stay aligned in any font. */
function span(text, ink, column) {
  const x = (margin + column * cell.width).toFixed(1);
  const length = ([...text].length * cell.width).toFixed(1);
  const style = ink === undefined ? '' : ` class="${ink}"`;
  return `<tspan x="${x}" textLength="${length}" lengthAdjust="spacingAndGlyphs"${style}>${escaped(text)}</tspan>`;
}

/** Breaks a long line as a terminal does. */
function wrapped(line) {
  const characters = [...line];
  const parts = [];
  for (let at = 0; at < characters.length; at += columns)
    parts.push(characters.slice(at, at + columns).join(''));
  return parts.length === 0 ? [''] : parts;
}

const wrappedIfPlain = (line) => (line.includes('\u001b') ? [line] : wrapped(line));

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
