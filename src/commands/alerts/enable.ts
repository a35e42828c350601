// `alerts enable <alert>`: starts the webhooks of a disabled alert again.
import type { WriteCommand } from '../../writes/execute.ts';
import { switchAlert } from './existing-alerts.ts';

export const run: WriteCommand = (words, flags, runtime) => switchAlert('enable', words, { flags, runtime });
