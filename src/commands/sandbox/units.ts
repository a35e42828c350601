// `sandbox units`: lists the units that a ledger can use, and adds pricing units.
import { usageError } from '../../errors.ts';
import { checkOutput, type ReadCommand, show } from '../../runtime/show.ts';
import { unitRows, unitsView } from './units-view.ts';

export const run: ReadCommand = async ([action = 'list', unit, ...rest], flags, runtime) => {
  const choice = checkOutput(flags, unitsView);
  if (action !== 'list' && action !== 'add') throw wrong('<action>', `must be list or add: "${action}"`);
  if (rest.length > 0 || (action === 'list' && unit !== undefined))
    throw wrong(action, 'takes no more arguments');
  if (action === 'add' && unit === undefined) throw wrong('<unit>', 'is missing, such as message_credits');
  const { units } = (await runtime.openSandbox(flags, { mayCreate: action !== 'list' })).operations();
  if (unit !== undefined) {
    const problem = units.problemOf(unit);
    if (problem !== undefined) throw wrong('<unit>', `${problem}: "${unit}"`);
    units.add(unit);
  }
  const rows = unit === undefined ? units.list() : units.list().filter(({ id }) => id === unit);
  await show(unitRows(rows), { view: unitsView, shape: 'list', choice }, runtime);
};

const wrong = (where: string, problem: string) => usageError([{ where, problem }]);
