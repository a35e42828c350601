// Writes the statement of an example customer with the program, and a picture of the page.
import { World } from './program.mjs';

/**
 * The commands for acme, each with its hours after the beginning.
 * @type {readonly (readonly [hours: number, line: string])[]}
 */
const history = [
  [0, 'ledger add acme --amount 500 --expires 2026-11-20 --description "Welcome credits"'],
  [1, 'ledger add acme --amount 2000 --expires 2027-10-15 --description "Order 4711"'],
  [120, 'ledger add acme --type decrement --amount 310.75 --description "API calls, week 42"'],
  [456, 'ledger add acme --type decrement --amount 120.5 --description "API calls, week 44"'],
  [624, 'ledger add acme --amount 1000 --expires 2027-11-10 --description "Order 4838"'],
  [912, 'ledger add acme --type decrement --amount 410 --description "API calls, week 46"'],
  [1008, 'ledger add acme --type decrement --amount 240.25 --description "API calls, week 47"'],
  [1152, 'report statement acme --month 2026-11 -o html'],
];

/** The HTML of the page. The history begins 39 days before the other documents. */
export async function statementExample(program) {
  const world = new World(program);
  world.advance(-39 * 24);
  try {
    let page = '';
    let before = 0;
    for (const [hours, line] of history) {
      world.advance(hours - before);
      before = hours;
      const { code, printed, stdout } = await world.run(
        `creditctl ${line} --sandbox${line.startsWith('ledger') ? ' --yes' : ''}`,
      );
      if (code !== 0) throw new Error(`${line} ended with ${code}:\n${printed}`);
      page = stdout;
    }
    return page;
  } finally {
    world.end();
  }
}

const width = 780;
const height = 1340;

/** The page inside a picture, because a README can show pictures but no HTML pages. */
export function statementPicture(page) {
  const [, style = ''] = /<style>([\s\S]*)<\/style>/.exec(page) ?? [];
  const [, body = ''] = /<body>\n([\s\S]*)<\/body>/.exec(page) ?? [];
  // Well-formed HTML is XML once its elements name their namespace.
  const main = body
    .replace('<main>', '<main xmlns="http://www.w3.org/1999/xhtml">')
    .replaceAll('<svg class', '<svg xmlns="http://www.w3.org/2000/svg" class');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="picture-title">
<title id="picture-title">A statement of a customer's month: opening balance, sums, a plot, every movement, closing balance, blocks</title>
<style>${style.replace('body {', 'main {')}main { background: var(--paper); min-height: ${height}px; }
</style>
<foreignObject width="100%" height="100%">
${main}</foreignObject>
</svg>
`;
}
