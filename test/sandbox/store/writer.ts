// A program of its own: adds entries for acme and prints the sequence number of each as it is acknowledged.
import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { openSandbox } from '../../../src/sandbox/sandbox.ts';

const [path = '', count = '0'] = process.argv.slice(2);
try {
  const sandbox = await openSandbox({ path, now: Date.now, randomBytes });
  for (let written = 0; written < Number(count); written += 1) {
    const answer = await sandbox.exchange({
      method: 'POST',
      path: '/customers/external_customer_id/acme/credits/ledger_entry',
      query: [],
      headers: { 'idempotency-key': `${process.pid}-${written}` },
      body: JSON.stringify({ entry_type: written % 3 === 2 ? 'decrement' : 'increment', amount: 1 }),
    });
    writeSync(1, `${JSON.parse(answer.body).ledger_sequence_number}\n`);
  }
  writeSync(1, sandbox.created ? 'created\n' : 'opened\n');
  sandbox.close();
} catch (error) {
  writeSync(2, error instanceof Error ? `${error.name}: ${error.message}\n` : String(error));
  process.exitCode = 1;
}
