// A plan that is kept already is looked at before its rows are sent.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { openDatabase } from '../../../src/database/driver.ts';
import { openSqliteRecord } from '../../../src/record/sqlite/store.ts';
import { temporaryFolder } from '../../sandbox/sandbox-at.ts';
import { orb } from '../store-suite.ts';

test('a plan whose kept bytes were changed is not kept again', async () => {
  const file = `${temporaryFolder()}/record.db`;
  const store = await openSqliteRecord(file, { purpose: 'write', now: Date.now, process: { who: 'ana' } });
  const record = store.of(await store.addAccount(orb));
  const plan = Buffer.from('{"row":1}\n');
  const sha256 = createHash('sha256').update(plan).digest('hex');
  async function* pieces() {
    yield plan;
  }
  await record.savePlan(sha256, pieces());
  await record.savePlan(sha256, pieces());
  const database = await openDatabase(file);
  database.write(() => database.prepare('UPDATE plan_pieces SET bytes = ?').run(Buffer.from([3, 0])));
  database.close();
  await expect(record.savePlan(sha256, pieces())).rejects.toMatchObject({ kind: 'refused' });
  await store.close();
});
