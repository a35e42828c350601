// `sandbox units`: lists the units that a ledger can use, and adds pricing units.
import { usageError } from '../../errors.ts';
import { checkOutput, type ReadCommand, show } from '../../runtime/show.ts';
import { type UnitRow, unitRows, unitsView } from './units-view.ts';

export const run: ReadCommand<{ readonly all?: boolean }> = async (
  [action = 'list', unit, ...rest],
  flags,
  runtime,
) => {
  const choice = checkOutput(flags, unitsView);
  if (action !== 'list' && action !== 'add') throw wrong('<action>', `must be list or add: "${action}"`);
  if (rest.length > 0 || (action === 'list' && unit !== undefined))
    throw wrong(action, 'takes no more arguments');
  if (action === 'add' && unit === undefined) throw wrong('<unit>', 'is missing, such as message_credits');
  if (action === 'add' && flags.all === true) throw wrong('--all', 'is for the list alone');
  const { units } = (await runtime.openSandbox(flags, { mayCreate: action !== 'list' })).operations();
  if (unit !== undefined) {
    const problem = units.problemOf(unit);
    if (problem !== undefined) throw wrong('<unit>', `${problem}: "${unit}"`);
    units.add(unit);
  }
  const isShown = ({ id, kind }: UnitRow): boolean =>
    unit === undefined ? flags.all === true || kind !== 'currency' : id === unit;
  await show(unitRows(units.list().filter(isShown)), { view: unitsView, shape: 'list', choice }, runtime);
  if (unit === undefined && flags.all !== true)
    runtime.note({
      text: 'A ledger can also use a currency, such as USD. List the currencies: creditctl sandbox units --all',
      data: { currencies: 'left out' },
    });
};

const wrong = (where: string, problem: string) => usageError([{ where, problem }]);
