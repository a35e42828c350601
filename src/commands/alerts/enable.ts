// `alerts enable <alert>`: its webhooks are sent again.
import type { Runtime } from '../../runtime/runtime.ts';
import type { WriteFlags } from '../../writes/execute.ts';
import { switchAlert } from './switch-alert.ts';

export async function run(words: readonly string[], flags: WriteFlags, runtime: Runtime): Promise<void> {
  await switchAlert('enable', words, { flags, runtime });
}
