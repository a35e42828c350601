// `webhooks verify`: checks one captured webhook, as the receiver and the official clients do.
import { isUtf8 } from 'node:buffer';
import { CreditctlError, missingValue, type Problem, usageError } from '../../errors.ts';
import { checkOutput, type ReadCommand, show, type TextFlags } from '../../runtime/show.ts';
import { checkWebhook, toleranceSeconds, type WebhookCheck } from '../../wire/webhook-signature.ts';
import { eventIn } from './receiver.ts';
import { webhookSecret } from './secret.ts';
import { verifyRow, verifyView } from './verify-view.ts';

/** Throws a `check-failed` error after showing the result if the webhook is not valid. */
export const run: ReadCommand<TextFlags<'timestamp' | 'signature'>> = async ([file], flags, runtime) => {
  const choice = checkOutput(flags, verifyView);
  const { timestamp, signature } = flags;
  if (file === undefined || timestamp === undefined || signature === undefined)
    throw usageError(missing({ '<file>': file, '--timestamp': timestamp, '--signature': signature }));
  const secret = webhookSecret(runtime);
  const body = await runtime.readBytes(file, '<file>');
  const check = checkWebhook({ timestamp, signature, body }, secret, runtime.now());
  const isText = isUtf8(body);
  const event = eventIn(body);
  const { type } = event?.document ?? {};
  const row = verifyRow({
    valid: check.matches && check.isTimely && isText,
    signature_matches: check.matches,
    age_seconds: check.ageSeconds,
    id: event?.id ?? null,
    type: typeof type === 'string' ? type : null,
  });
  await show([row], { view: verifyView, shape: 'one', choice }, runtime);
  const fault = faultOf(check, isText);
  if (fault !== undefined) throw new CreditctlError('check-failed', `The webhook is not valid: ${fault}`);
};

function missing(given: Readonly<Record<string, string | undefined>>): readonly Problem[] {
  return Object.entries(given)
    .filter(([, value]) => value === undefined)
    .map(([where]) => missingValue(where, whatIs[where]));
}

const whatIs: Readonly<Record<string, string>> = {
  '<file>': 'the body as it arrived, or - for stdin',
  '--timestamp': 'the header X-Orb-Timestamp, as it arrived',
  '--signature': 'the header X-Orb-Signature, as it arrived',
};

function faultOf({ matches, ageSeconds, isTimely }: WebhookCheck, isText: boolean): string | undefined {
  // The official clients read the body as text, so they find no valid signature for other bytes.
  if (!isText) return 'the body is not UTF-8 text';
  if (!matches) return 'no signature was made with this secret over this timestamp and exactly these bytes';
  if (ageSeconds === null) return 'the signature matches, but the timestamp is not a time';
  if (isTimely) return undefined;
  const off = `${Math.abs(ageSeconds)} s ${ageSeconds > 0 ? 'old' : 'in the future'}`;
  return `the signature matches, but it is ${off} (limit: ${toleranceSeconds} s)`;
}
