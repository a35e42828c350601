// A program of its own: notes and ends grants in a record, and prints each key as its note is on the disk.
import { writeSync } from 'node:fs';
import { openSqliteRecord } from '../../../src/record/sqlite/store.ts';
import { ended, grant } from '../facts.ts';

const [file = '', name = '', count = '0', limit = ''] = process.argv.slice(2);
const store = await openSqliteRecord(file, { purpose: 'write', now: Date.now, process: { who: name } });
const [account] = await store.accounts();
if (account === undefined) throw new Error('the record has no account');
const record = store.of(account);
const cap = { scope: 'team', currency: 'USD', elsewhere: '0', limit, name: 'team_day_cap' } as const;
for (let index = 0; index < Number(count); index += 1) {
  const key = `${name}-${index}`;
  const noted = await record.append([grant(key)], limit === '' ? {} : { caps: [cap] });
  writeSync(1, `${noted.kind} ${key}\n`);
  if (limit === '') {
    await record.append([ended(key, 'settled')]);
    writeSync(1, `settled ${key}\n`);
  }
}
await store.close();
