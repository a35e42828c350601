// `blocks show <block>`: one credit block.

import { idArgument } from '../../requests/command-words.ts';
import { checkOutput, type ReadCommand, show } from '../../runtime/show.ts';
import { blocksView } from '../../views/blocks.ts';

export const run: ReadCommand = async (words, flags, runtime) => {
  const choice = checkOutput(flags, blocksView);
  const block = idArgument('<block>', words);
  const { api, now } = await runtime.connect(flags);
  await show([await api.block(block)], { view: blocksView, shape: 'one', choice, now: now() }, runtime);
};
