// The way to PostgreSQL is cut at each step of the built program's writes, for a moment or for good: nothing is written twice.
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { applying, customers, done, marksOf, type Served, served } from '../../batch/apply/killed-batch.ts';
import { built } from '../../support/built-program.ts';
import { freshDatabase, hasPostgres, roles, type TestDatabase } from '../../support/postgres.ts';
import { postgresProxy } from '../../support/postgres-proxy.ts';

interface Cut {
  /** The kind of the fact that is being appended. */
  readonly at: string;
  /** Before the server hears of it, or before its answer is heard. */
  readonly when: 'before' | 'after';
  readonly isForGood: boolean;
}

const cuts = (kinds: readonly string[]): readonly Cut[] =>
  kinds.flatMap((at) =>
    (['before', 'after'] as const).flatMap((when) =>
      [false, true].map((isForGood) => ({ at, when, isForGood })),
    ),
  );

interface Where {
  readonly server: Served;
  readonly database: TestDatabase;
}

/** As it stands in JSON within JSON within a statement. */
const quote = String.raw`\\"`;

/** Runs the words with the cut, and once more without it where that failed. Resolves with both exit codes. */
async function cutAndRepeated(words: readonly string[], cut: Cut, { server, database }: Where) {
  const proxy = await postgresProxy(database.cluster.port);
  const url = database.url(roles.writers[0]);
  const through = url.replace(`:${database.cluster.port}/`, `:${proxy.port}/`);
  proxy.cutAt(`kind${quote}:${quote}${cut.at}`, cut.when, cut.isForGood);
  const first = await built(words, { ...server.env, CREDITCTL_RECORD: through });
  await proxy.close();
  const marks = first.code === 0 ? undefined : await built(words, { ...server.env, CREDITCTL_RECORD: url });
  return { first, again: marks };
}

/** Exit code of the run that met the cut for good, by the step: what record and person know then. */
const codeOfWrite: Readonly<Record<string, number>> = { noted: 8, ended: 1, acknowledged: 0 };

test.skipIf(!hasPostgres)(
  'a write whose record is lost at any step is written once',
  async () => {
    const where = { server: await served(), database: await freshDatabase() };
    const { server } = where;
    const all = cuts(Object.keys(codeOfWrite));
    await Promise.all(
      all.map(async (cut, index) => {
        const words = ['ledger', 'add', 'acme', '--amount', String(index + 1), '--yes', '-o', 'json'];
        const { first, again } = await cutAndRepeated(words, cut, where);
        const code = cut.isForGood ? codeOfWrite[cut.at] : 0;
        expect({ cut, code: first.code, stderr: first.stderr }).toMatchObject({ cut, code });
        // Once it was sent, its entry is shown, whatever the record can take.
        if (cut.at !== 'noted') expect(JSON.parse(first.stdout)).toMatchObject({ amount: index + 1 });
        if (code === 8) expect(first.stderr).toContain('nothing was sent');
        if (code === 1) expect(first.stderr).toContain('"applied":"yes"');
        expect({ cut, code: again?.code ?? 0, stderr: again?.stderr }).toMatchObject({ cut, code: 0 });
      }),
    );
    const list = ['ledger', 'list', 'acme', '--all', '--sandbox', '--json', 'amount'];
    const { stdout } = await done(list, server.own);
    const amounts = (JSON.parse(stdout) as { amount: number }[]).map(({ amount }) => amount);
    expect(amounts.sort((a, b) => a - b)).toEqual(all.map((_, index) => index + 1));
  },
  300_000,
);

const codeOfBatch: Readonly<Record<string, number>> = { batch_begun: 8, noted: 8, ended: 9, batch_ended: 9 };

test.skipIf(!hasPostgres)(
  'a batch whose record is lost at any step writes each row once',
  async () => {
    const where = { server: await served(), database: await freshDatabase() };
    const { server } = where;
    const who = await customers(2, server);
    const all = cuts(Object.keys(codeOfBatch));
    for (const [index, cut] of all.entries()) {
      const [file, plan] = [`${server.home}/${index}.csv`, `${server.home}/${index}.plan`];
      const rows = Array.from({ length: 4 }, (_, row) => `${who[row % 2]},${row + 1},cut ${index}`);
      writeFileSync(file, `external_customer_id,amount,description\n${rows.join('\n')}\n`);
      await done(['batch', 'plan', file, '--out', plan], server.env);
      const { first, again } = await cutAndRepeated([...applying(plan, 'none')], cut, where);
      const code = cut.isForGood ? codeOfBatch[cut.at] : 0;
      expect({ cut, code: first.code, stderr: first.stderr }).toMatchObject({ cut, code });
      if (code !== 0) expect(first.stderr).toContain(`"applied":"${code === 8 ? 'no' : 'yes'}"`);
      expect({ cut, code: again?.code ?? 0, stderr: again?.stderr }).toMatchObject({ cut, code: 0 });
      const marks = await marksOf(who, server);
      expect(new Set(marks).size).toBe(marks.length);
      expect(marks).toHaveLength(4 * (index + 1));
    }
  },
  300_000,
);
