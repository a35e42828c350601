// The view of `webhooks verify`: whether a captured webhook is what its signature says, and how old it is.
import { rowOf, viewOf } from '../../output/view.ts';

export interface VerifiedWebhook {
  /** The signature matches and the timestamp is near enough. */
  readonly valid: boolean;
  readonly signature_matches: boolean;
  /** Negative if it is dated in the future; `null` if the timestamp is not a time. */
  readonly age_seconds: number | null;
  /** Of the event; `null` where the body is none. */
  readonly id: string | null;
  readonly type: string | null;
}

export const verifyRow = rowOf<VerifiedWebhook>;

const yesOrNo = (is: boolean): string => (is ? 'yes' : 'no');

export const verifyView = viewOf<VerifiedWebhook>({
  columns: [
    { name: 'valid', text: ({ valid }) => yesOrNo(valid) },
    { name: 'signature_matches', text: (webhook) => yesOrNo(webhook.signature_matches) },
    {
      name: 'age_seconds',
      header: 'age in seconds',
      align: 'right',
      text: (webhook) => String(webhook.age_seconds ?? ''),
    },
    { name: 'id', header: 'event', yields: 1, text: ({ id }) => id ?? '' },
    { name: 'type', yields: 2, text: ({ type }) => type ?? '' },
  ],
  none: '',
});
