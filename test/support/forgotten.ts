// A record as a killed process leaves it: outcomes, rows and ends of runs that were never written down.
import { readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { recordFile } from './recorded.ts';

type Statement = {
  run(...values: readonly unknown[]): unknown;
  all(...values: readonly unknown[]): unknown[];
};
const Sqlite = createRequire(import.meta.url)('libsql') as new (
  file: string,
) => { prepare(sql: string): Statement; close(): void };

/** What is forgotten, each as a condition on `writes`. */
export interface Forgotten {
  /** Rows whose outcomes were not noted. */
  readonly outcomes?: string;
  /** Rows of which nothing was noted. */
  readonly rows?: string;
}

/** Changes what stands, and leaves the chain as it is: only `history verify` would see it. The runs have not ended. */
export function forget(home: string, { outcomes = 'FALSE', rows = 'FALSE' }: Forgotten): void {
  changed(home, (database) => {
    database.prepare('UPDATE runs SET ended_at = NULL, counts = NULL').run();
    database.prepare(`DELETE FROM writes WHERE batch IS NOT NULL AND (${rows})`).run();
    const unknown = ['ended', 'ended_at', 'ended_by', 'status', 'request_id', 'entry', 'block', 'amount'];
    const changes = unknown.map((column) => `${column} = NULL`).join(', ');
    database
      .prepare(
        `UPDATE writes SET state = 'noted', version = noted, ${changes} WHERE batch IS NOT NULL AND (${outcomes})`,
      )
      .run();
  });
}

/** The embedded ledger remembers no idempotency key any more, as Orb does after 48 hours. */
export function forgetKeys(home: string): void {
  const forgetAll = (database: InstanceType<typeof Sqlite>) =>
    void database.prepare('DELETE FROM idempotency').run();
  changed(home, forgetAll, path.join(path.dirname(recordFile(home)), 'sandbox.db'));
}

function changed(
  home: string,
  change: (database: InstanceType<typeof Sqlite>) => void,
  file = recordFile(home),
): void {
  const database = new Sqlite(file);
  try {
    change(database);
  } finally {
    database.close();
  }
}

/** Lets writes stand otherwise than they ended. @param where a condition on `writes` */
export function standAs(home: string, state: string, where: string): void {
  changed(home, (database) => {
    database.prepare(`UPDATE writes SET state = ? WHERE ${where}`).run(state);
  });
}

/** The runs of a home's batches, as a process has them that is at work elsewhere: its lease ends in two minutes. */
export function running(home: string, runner: { readonly machine: string; readonly pid: number }): void {
  changed(home, (database) => {
    const change =
      'UPDATE runs SET ended_at = NULL, counts = NULL, runner = ?, author = ?, lease_until = begun_at + 120000';
    const author = { os_user: 'tester', host: runner.machine };
    database.prepare(change).run(JSON.stringify(runner), JSON.stringify(author));
  });
}

/** The runs of a home's batches, as if each had been begun with another API key. */
export function begunWithAnotherKey(home: string): void {
  changed(home, (database) => {
    database.prepare("UPDATE runs SET api_key = 'of another API key'").run();
  });
}

/** The record has lost its links, as a backup of before would: nothing can be added to it any more. */
export function spoilRecord(home: string): void {
  changed(home, (database) => {
    database.prepare('DELETE FROM links').run();
  });
}

/** The record keeps no plan any more. */
export function losePlans(home: string): void {
  changed(home, (database) => {
    database.prepare('DELETE FROM plan_pieces').run();
    database.prepare('DELETE FROM plans').run();
  });
}

/** As if nothing had ever been written from this home. */
export function loseRecord(home: string): void {
  const state = path.dirname(recordFile(home));
  for (const name of readdirSync(state))
    if (!name.startsWith('sandbox')) rmSync(path.join(state, name), { recursive: true });
}

/** What the record says of rows, by a condition on `writes`. */
export function currentRows(home: string, where = 'TRUE'): Record<string, unknown>[] {
  const database = new Sqlite(recordFile(home));
  try {
    return database
      .prepare(`SELECT * FROM writes WHERE batch IS NOT NULL AND (${where}) ORDER BY noted`)
      .all() as Record<string, unknown>[];
  } finally {
    database.close();
  }
}
