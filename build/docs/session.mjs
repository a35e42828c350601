// Records sessions: command lines with their output, as plain text for the README and as pictures.
import { World } from './program.mjs';

/** A file in the folder of every session. */
const grants = `external_customer_id,amount,expires,description
acme,50,+90d,Launch credits
globex,50,+90d,Launch credits
initech,25.5,+30d,Beta
`;

/** The text alternative of each picture. */
export const titles = {
  session:
    'A terminal in which creditctl grants credits, shows what a decrement would do, and shows the balance',
  undo: 'A terminal in which a grant is listed in the history, its undo is previewed, and it is undone',
  bulk: 'A terminal in which a file of grants is planned, applied, and applied again without effect',
};

/** By the name of the picture. */
export const sessions = {
  session: [
    'creditctl ledger add acme --amount 100 --expires +30d --description "Trial credits" --sandbox --yes',
    'creditctl ledger add acme --type decrement --amount 12.5 --description "Manual usage" --sandbox --dry-run',
    'creditctl balance acme --sandbox',
  ],
  undo: [
    'creditctl ledger add acme --amount 5000 --description "Meant 50" --sandbox --yes',
    'creditctl ledger add acme --type decrement --amount 20 --description "Manual usage" --sandbox --yes',
    'creditctl history list --sandbox --columns at,what,outcome,entry',
    'creditctl undo last --sandbox --dry-run',
    'creditctl undo last --sandbox --yes',
  ],
  bulk: [
    'creditctl batch plan grants.csv --out plan.ndjson --sandbox',
    'creditctl batch apply plan.ndjson --sandbox --yes --columns batch,rows,succeeded,failed,results',
    'creditctl batch apply plan.ndjson --sandbox --yes --columns batch,rows,succeeded,already,credits',
  ],
};

/** The width of a session's terminal, in columns. */
export const columns = 116;

/** Each command line with its output on a terminal. @param colour whether the output keeps its colours */
export async function session(program, lines, colour) {
  const world = new World(program);
  world.write('grants.csv', grants);
  try {
    const steps = [];
    for (const line of lines) {
      const { code, printed } = await world.run(line, { terminal: columns, colour });
      if (code !== 0) throw new Error(`${line} ended with ${code}:\n${printed}`);
      steps.push({ line, printed: printed.trimEnd() });
    }
    return steps;
  } finally {
    world.end();
  }
}

export const sessionText = (steps) =>
  steps.map(({ line, printed }) => `$ ${line}\n${printed.replaceAll(/ +$/gm, '')}`).join('\n\n');
