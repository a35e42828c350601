// `alerts enable <alert>`: starts the webhooks of a disabled alert again.
import type { WriteCommand } from '../../writes/execute.ts';
import { switchAlert } from './existing-alerts.ts';

export const run: WriteCommand = (args, flags, runtime) => switchAlert('enable', args, { flags, runtime });
