// What stands in the way of an undoing is named with a command that reaches the same batch.
import { expect, test } from 'vitest';
import { errorOf } from '../../support/command.ts';
import { running } from '../../support/forgotten.ts';
import { imported, undo } from '../../support/imported.ts';

test('a batch that somebody is at is looked at where it is', async () => {
  const home = await imported('external_customer_id,amount\nacme,1\n');
  running(home, { machine: 'elsewhere', pid: 77 });
  const result = await undo(home);
  expect(result.code).toBe(10);
  expect(errorOf(result).next).toContain('creditctl batch status b --sandbox');
});
