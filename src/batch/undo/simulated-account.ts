// How an account will stand after the writes of an undoing that come first: where rows drew on the same blocks, what one
// takes back changes what the next can.

import { amountFromText, compare, zero } from '../../credits/amount.ts';
import { type CalendarDate, startOfDay } from '../../credits/calendar.ts';
import type { LaterMove, Present } from '../../undo/inverse-parts.ts';
import { type JsonObject, numberText } from '../../wire/json.ts';
import { Account } from '../plan/account.ts';

export class Foreseen {
  readonly #account: Account;
  readonly #moves: LaterMove[] = [];

  constructor({ blocks, now, zone }: Omit<Present, 'since'>) {
    this.#account = new Account({
      blocks,
      now,
      startOfDay: (day) => startOfDay(day as CalendarDate, zone),
      drawsOnBlocks: true,
    });
  }

  get blocks(): Present['blocks'] {
    return this.#account.blocks;
  }

  get moves(): readonly LaterMove[] {
    return this.#moves;
  }

  /** @param body of the next write */
  add(body: JsonObject): void {
    const before = this.blocks;
    this.#account.apply(body);
    const amount = amountFromText(numberText(body.amount) ?? '') ?? zero;
    const type = body.entry_type === 'void' ? 'void_initiated' : String(body.entry_type);
    for (const { id, balance } of before) {
      const now = this.blocks.find((block) => block.id === id)?.balance ?? zero;
      if (compare(now, balance) !== 0) this.#moves.push({ entry_type: type, amount, credit_block: { id } });
    }
  }
}
