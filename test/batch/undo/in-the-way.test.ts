// What stands in the way of an undoing is named with a command that reaches the same batch.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { creditctl, errorOf } from '../../support/command.ts';
import { running } from '../../support/forgotten.ts';
import { freshHome, type RunResult } from '../../support/run.ts';

async function imported(home: string): Promise<RunResult> {
  writeFileSync(path.join(home, 'x.csv'), 'external_customer_id,amount\nacme,1\n');
  return creditctl(`ledger import ${home}/x.csv --batch-id b --sandbox --yes`, { home });
}

test('a batch that somebody is at is looked at where it is', async () => {
  const home = freshHome();
  expect((await imported(home)).code).toBe(0);
  running(home, { machine: 'elsewhere', pid: 77 });
  const result = await creditctl('batch undo b --sandbox --yes -o json', { home });
  expect(result.code).toBe(10);
  expect(errorOf(result).next).toContain('creditctl batch status b --sandbox');
});
