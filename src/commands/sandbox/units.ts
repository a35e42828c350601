// `sandbox units`: lists the units that a ledger can use, and adds pricing units.
import { usageErrorAt } from '../../errors.ts';
import { checkOutput, type ReadCommand, show } from '../../runtime/show.ts';
import { readAction } from './action.ts';
import { type UnitRow, unitRow, unitsView } from './units-view.ts';

export const run: ReadCommand<{ readonly all?: boolean }> = async (args, { all, ...flags }, runtime) => {
  const choice = checkOutput(flags, unitsView);
  const needed = ['<unit>', 'such as message_credits'] as const;
  const [action, unit] = readAction(args, { list: undefined, add: needed });
  const isAdd = action === 'add';
  if (isAdd && all === true) throw usageErrorAt('--all', 'is only for list');
  const { units } = (await runtime.openSandbox(flags, { mayCreate: isAdd })).operations();
  if (isAdd) {
    const problem = units.problemOf(unit);
    if (problem !== undefined) throw usageErrorAt('<unit>', `${problem}: "${unit}"`);
    units.add(unit);
  }
  const isShown = ({ id, kind }: UnitRow): boolean =>
    isAdd ? id === unit : all === true || kind !== 'currency';
  const rows = units.list().filter(isShown).map(unitRow);
  const written = isAdd ? { isRepeatable: true } : undefined;
  await show(rows, { view: unitsView, shape: 'list', choice, written }, runtime);
  if (!isAdd && all !== true)
    runtime.note({
      text: 'A ledger can also use a currency, such as USD. List the currencies: creditctl sandbox units --all',
      data: { currencies: 'left out' },
    });
};
