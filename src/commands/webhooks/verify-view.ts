// Defines the view of `webhooks verify`: whether the signature of a captured webhook matches, and how old the webhook is.
import { numberColumn, rowOf, viewOf } from '../../output/view.ts';

export interface VerifiedWebhook {
  /** The signature matches and the timestamp is near enough. */
  readonly valid: boolean;
  readonly signature_matches: boolean;
  /** Negative for a timestamp in the future; `null` if the timestamp is not a time. */
  readonly age_seconds: number | null;
  /** Id and type of the event; `null` if the body is not an event. */
  readonly id: string | null;
  readonly type: string | null;
}

export const verifyRow = rowOf<VerifiedWebhook>;

const yesOrNo = (is: boolean): string => (is ? 'yes' : 'no');

const number = numberColumn<VerifiedWebhook>;

export const verifyView = viewOf<VerifiedWebhook>({
  columns: [
    { name: 'valid', text: ({ valid }) => yesOrNo(valid) },
    { name: 'signature_matches', text: (webhook) => yesOrNo(webhook.signature_matches) },
    { ...number('age_seconds'), header: 'age in seconds' },
    { name: 'id', header: 'event', hideRank: 1, text: ({ id }) => id ?? '' },
    { name: 'type', hideRank: 2, text: ({ type }) => type ?? '' },
  ],
  none: '',
});
