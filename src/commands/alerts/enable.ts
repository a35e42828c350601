// `alerts enable <alert>`: its webhooks are sent again.
import type { Runtime } from '../../runtime.ts';
import type { WriteFlags } from '../../writing/carry-out.ts';
import { switchAlert } from '../../writing/switch-alert.ts';

export async function run(words: readonly string[], flags: WriteFlags, runtime: Runtime): Promise<void> {
  await switchAlert('enable', words, { flags, runtime });
}
