// Shows the last link of each account's chain in the record.
import { type Row, viewOf } from '../output/view.ts';

export interface HistoryHead {
  readonly account: { readonly id: number; readonly mode: string; readonly origin: string };
  /** The number of links in the chain; 0 for an empty chain. */
  readonly link: number;
  /** SHA-256 of the last link, in hex. */
  readonly hash: string;
}

export const historyHeadRow = (head: HistoryHead): Row<HistoryHead> => {
  const { account, link, hash } = head;
  return { record: head, document: { account: account.id, origin: account.origin, link, hash } };
};

export const historyHeadView = viewOf<HistoryHead>({
  columns: [
    { name: 'account', hideRank: 1, text: ({ account }) => String(account.id) },
    { name: 'origin', hideRank: 2, text: ({ account }) => account.origin },
    { name: 'link', align: 'right', text: ({ link }) => String(link) },
    { name: 'hash', text: ({ hash }) => hash },
  ],
  none: 'nothing was written yet',
});
