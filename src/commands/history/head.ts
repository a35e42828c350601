// `history head`: prints how far the chain of the record goes, to be kept somewhere else.
import { checkOutput, type RecordCommand, show } from '../../runtime/show.ts';
import { historyHeadRow, historyHeadView } from '../../views/history-head.ts';
import { recordsToKeep } from './records.ts';

export const run: RecordCommand = async (_args, flags, runtime) => {
  const choice = checkOutput(flags, historyHeadView);
  const rows = [];
  for (const record of await recordsToKeep(flags, runtime))
    rows.push(historyHeadRow({ account: record.account, ...(await record.head()) }));
  await show(rows, { view: historyHeadView, shape: 'list', choice }, runtime);
};
