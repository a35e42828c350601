// Defines the view of `record status`: the accounts, how far each chain goes, and whether it holds what this machine saw.
import { numberColumn, plainColumn, rowOf, viewOf } from '../../output/view.ts';

export interface RecordStatusRow {
  /** Number of the account, as `--account` takes it. */
  readonly account: number;
  readonly origin: string;
  readonly mode: string;
  readonly ledger: string | null;
  readonly writes: number;
  /** Writes whose outcome is not known. */
  readonly open: number;
  readonly link: number;
  readonly hash: string;
  /** The last link that this machine saw; 0 if this machine never wrote to the account. */
  readonly seen_link: number;
  /** Whether the chain holds the last link that this machine saw. */
  readonly holds_seen: boolean;
}

export const statusRow = rowOf<RecordStatusRow>;

const plain = plainColumn<RecordStatusRow>;
const number = numberColumn<RecordStatusRow>;

export const recordStatusView = viewOf<RecordStatusRow>({
  columns: [
    number('account'),
    plain('origin', 1),
    plain('mode'),
    plain('ledger', 6),
    number('writes', 2),
    number('open'),
    number('link', 3),
    plain('hash', 7),
    number('seen_link', 5),
    {
      ...plain('holds_seen'),
      header: 'complete',
      show: ({ holds_seen }) => ({
        text: holds_seen ? 'yes' : 'no: writes are missing',
        meaning: holds_seen ? 'good' : 'bad',
      }),
    },
  ],
  usual: ['account', 'origin', 'mode', 'writes', 'open', 'link', 'holds_seen'],
  none: 'The record has no writes yet.',
});
