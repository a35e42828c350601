// `blocks show <block>`: one credit block.
import { isPathSegment } from '../../credits/customer-ref.ts';
import { usageError } from '../../errors.ts';
import type { GlobalFlags, Runtime } from '../../runtime.ts';
import { checkOutput, show } from '../../show.ts';
import { blocksView } from '../../views/blocks.ts';

export async function run([block]: readonly string[], flags: GlobalFlags, runtime: Runtime): Promise<void> {
  const choice = checkOutput(flags, blocksView);
  if (block === undefined)
    throw usageError([{ where: '<block>', problem: 'is missing: name the id of a credit block' }]);
  if (!isPathSegment(block)) throw usageError([{ where: '<block>', problem: `is not an id: "${block}"` }]);
  const { api, now } = await runtime.connect(flags);
  const row = await api.block(block);
  await show([row], { view: blocksView, shape: 'one', choice, now: now() }, runtime);
}
