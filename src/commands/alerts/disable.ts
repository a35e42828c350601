// `alerts disable <alert>`: stops the webhooks of an alert until the alert is enabled again.
import { switchAlert } from './existing-alerts.ts';

export const run = switchAlert('disable');
