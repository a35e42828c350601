// Plays the history of an example customer, and records the burndown report on a terminal.
import { World } from './program.mjs';
import { columns } from './session.mjs';

/** The text alternative of the picture. */
export const burndownTitle =
  'A terminal in which creditctl draws how the balance of a customer fell, and the days on which it may run out';

/** Credits used on every second day, the oldest first. */
const used = [36, 51, 24, 47, 58, 33, 40, 62, 45, 29, 66, 54, 48, 71, 39, 60, 57, 74];

/** The only step of a recorded session. The history ends at the time when the other documents begin. */
export async function burndownSession(program) {
  const world = new World(program);
  const play = async (line) => {
    const { code, printed } = await world.run(`creditctl ledger add acme ${line} --sandbox --yes`);
    if (code !== 0) throw new Error(`${line} ended with ${code}:\n${printed}`);
  };
  world.advance(-48 * used.length);
  try {
    await play('--amount 400 --expires +60d --description "Welcome credits"');
    await play('--amount 1600 --expires +1y --description "Order 4711"');
    for (const credits of used) {
      await play(`--type decrement --amount ${credits}`);
      world.advance(48);
    }
    const line = 'creditctl report burndown acme --sandbox';
    const { printed } = await world.run(line, { terminal: columns, colour: true });
    return [{ line, printed: printed.trimEnd() }];
  } finally {
    world.end();
  }
}
