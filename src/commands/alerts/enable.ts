// `alerts enable <alert>`: starts the webhooks of a disabled alert again.
import { switchAlert } from './existing-alerts.ts';

export const run = switchAlert('enable');
