// `alerts disable <alert>`: no webhooks are sent until it is enabled again.
import type { Runtime } from '../../runtime/runtime.ts';
import type { WriteFlags } from '../../writes/execute.ts';
import { switchAlert } from './switch-alert.ts';

export async function run(words: readonly string[], flags: WriteFlags, runtime: Runtime): Promise<void> {
  await switchAlert('disable', words, { flags, runtime });
}
