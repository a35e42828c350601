// `alerts disable <alert>`: stops the webhooks of an alert until the alert is enabled again.
import type { WriteCommand } from '../../writes/execute.ts';
import { switchAlert } from './existing-alerts.ts';

export const run: WriteCommand = (args, flags, runtime) => switchAlert('disable', args, { flags, runtime });
