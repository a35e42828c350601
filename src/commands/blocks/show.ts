// `blocks show <block>`: one credit block.

import { blockArgument } from '../../requests/id-argument.ts';
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { blocksView } from '../../views/blocks.ts';
import { withBlockList } from '../../writes/customer.ts';

export async function run(words: readonly string[], flags: GlobalFlags, runtime: Runtime): Promise<void> {
  const choice = checkOutput(flags, blocksView);
  const block = blockArgument(words);
  const { api, now } = await runtime.connect(flags);
  const row = await api.block(block).catch((error: unknown) => Promise.reject(withBlockList(error)));
  await show([row], { view: blocksView, shape: 'one', choice, now: now() }, runtime);
}
