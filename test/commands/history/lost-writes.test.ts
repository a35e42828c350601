import { expect, test } from 'vitest';
import { writesOfMissing } from '../../../src/commands/history/lost-writes.ts';
import type { Connection } from '../../../src/orb/connection.ts';
import type { AccountRecord } from '../../../src/record/record.ts';

test('Ctrl-C ends the search for writes of missing customers, although nothing is sent for those who are there', async () => {
  const record = {
    writes: async function* () {
      for (let row = 0; row < 9; row += 1) yield { block: 'b', customer: 'acme' };
    },
  } as unknown as AccountRecord;
  let read = 0;
  const step = (): void => {
    read += 1;
    if (read === 3) throw new Error('Ctrl-C');
  };
  const search = writesOfMissing(new Set(['acme']), { connection: {} as Connection, record, step });
  await expect(search.next()).rejects.toThrow('Ctrl-C');
});
