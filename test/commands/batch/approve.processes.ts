// What counts as a signature of a plan, and what does not: each is made and checked by ssh-keygen.
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openSqliteRecord } from '../../../src/record/sqlite/store.ts';
import { TransportFailure } from '../../../src/wire/json.ts';
import { creditctl, errorOf, notesOf, orb, posts } from '../../support/command.ts';
import { rehashed } from '../../support/plans.ts';
import { freshDatabase, hasPostgres } from '../../support/postgres.ts';
import { recordOpening } from '../../support/record.ts';
import { recordFile } from '../../support/recorded.ts';
import { withFs } from '../../support/replaced-fs.ts';
import { noon, type RunResult } from '../../support/run.ts';
import { annAndBob, canSign, homeToSign, keyOf, signatureOf, signerLine } from '../../support/signers.ts';
import { apply, approve, expectApplied, expectRefused, signedByBoth } from './approving.ts';

describe.skipIf(!canSign)('with ssh-keygen', () => {
  test('who approves sees the sums and the names of the customers, largest first', async () => {
    const home = await homeToSign();
    const result = await approve(home, 'ann');
    expect(notesOf(result)).toContainEqual({
      approving: {
        batch: expect.stringMatching(/^content-/),
        rows: 2,
        customers: [
          { customer: 'acme', id: expect.any(String), name: 'Acme Corp', moved: 'granted 600 credits' },
          { customer: 'globex', id: expect.any(String), name: 'Globex', moved: 'granted 500 credits' },
        ],
        others: 0,
      },
    });
  });

  /** The grant to globex is noted, and never arrives. */
  const lostRow = async (home: string): Promise<void> => {
    const { code, stderr } = await apply(home, {
      between: async (request, exchange) => {
        if (request.method === 'POST' && request.body?.includes('"amount":500') === true)
          throw new TransportFailure('the connection was lost', 'maybe');
        return exchange(request);
      },
    });
    expect(code, stderr).toBe(11);
  };

  const resume = (home: string): Promise<RunResult> =>
    creditctl('batch resume --profile p --yes --allow-drift -o json', { home });

  test('a batch goes on by the signatures that the record keeps, without their file', async () => {
    const home = await homeToSign();
    await creditctl('sandbox clock advance 400d --profile p', { home });
    await creditctl(`batch plan ${home}/x.csv --out ${home}/x.plan --force --profile p`, { home });
    signedByBoth(home);
    await lostRow(home);
    rmSync(`${home}/x.plan.sigs`);
    // They were valid when the run began, by the clock of the ledger.
    await creditctl('sandbox clock advance 8d --profile p', { home });
    const resumed = await resume(home);
    expect(resumed.code, resumed.stderr).toBe(0);
    const shown = await creditctl('history list --profile p --json approved_by', { home });
    expect(JSON.parse(shown.stdout)[0]).toEqual({ approved_by: ['ann', 'bob'] });
  });

  test('a batch that was begun before the rule needs signatures for the rest, whoever the record names', async () => {
    const home = await homeToSign();
    await creditctl('config set policy.approval.from 5000 --profile p', { home });
    await lostRow(home);
    await creditctl('config set policy.approval.from 1000 --profile p', { home });
    expectRefused(await resume(home), 'What is left of this batch needs signatures');
    const store = await openSqliteRecord(...recordOpening(recordFile(home)));
    const [account] = await store.accounts();
    if (account === undefined) throw new Error('no account');
    const record = store.of(account);
    const [run] = await record.batchRuns({});
    if (run === undefined) throw new Error('no run');
    const { batch, plan, rows, author, runner } = run;
    const begun = { kind: 'batch_begun', batch, run: 2, plan, rows, author, runner, lease_ms: 0 } as const;
    await record.append([{ fact: { ...begun, approved_by: ['ann', 'bob'] } }]);
    await store.close();
    expectRefused(await resume(home), 'It has no signatures; 2 persons missing');
    signedByBoth(home);
    const applied = await apply(home);
    expect(applied.code, applied.stderr).toBe(0);
    expect(posts(applied)).toHaveLength(1);
  });

  test('rows that another plan of the batch left open are not sent again by the signatures of this one', async () => {
    const home = await homeToSign();
    await creditctl('config set policy.approval.from 5000 --profile p', { home });
    await creditctl(`batch plan ${home}/x.csv --out ${home}/x.plan --batch-id b --force --profile p`, {
      home,
    });
    await lostRow(home);
    await creditctl('config set policy.approval.from 1000 --profile p', { home });
    writeFileSync(`${home}/y.csv`, 'external_customer_id,amount\nacme,600\nacme,700\n');
    const line = `batch plan ${home}/y.csv --out ${home}/x.plan --batch-id b --force --profile p --sign`;
    await creditctl(`${line} --key ${keyOf('ann')}`, { home });
    await approve(home, 'bob');
    expectRefused(await apply(home), 'What is left of this batch needs signatures');
  });

  test('a row that another plan left open with other credits is not sent by the signatures of this one', async () => {
    const home = await homeToSign();
    const file = `${home}/x.plan`;
    const planned = async (name: string): Promise<string> => {
      await creditctl(`batch plan ${home}/${name} --out ${file} --batch-id b --force --profile p`, { home });
      return readFileSync(file, 'utf8');
    };
    const meant = await planned('x.csv');
    signedByBoth(home);
    writeFileSync(`${home}/y.csv`, 'external_customer_id,amount\nacme,5000\n');
    const other = await planned('y.csv');
    // The key of a row does not show from the plan what the row said.
    const [key = '', otherKey = ''] = [meant, other].map((text) => /batch-\w{40}/.exec(text)?.[0] ?? '');
    writeFileSync(file, rehashed(other.replaceAll(otherKey, key)));
    await creditctl('config set policy.approval.from 5000 --profile p', { home });
    await lostRow(home);
    await creditctl('config set policy.approval.from 1000 --profile p', { home });
    writeFileSync(file, meant);
    expectRefused(await apply(home), 'What is left of this batch needs signatures');
  });

  test('an import above the limit is refused, and the way out is a plan that stays', async () => {
    const home = await homeToSign();
    const result = await creditctl(`ledger import ${home}/x.csv --profile p --yes -o json`, { home });
    expectRefused(result, 'An import has no signatures');
    expect(errorOf(result).next).toEqual([expect.stringContaining('--out <plan> --sign')]);
  });

  test('a row that names no amount needs signatures, and is looked up before it is signed', async () => {
    const home = await homeToSign();
    const grant = 'ledger add acme --amount 900 --expires +90d --profile p --yes --json credit_block';
    const { stdout } = await creditctl(grant, { home });
    const block = (JSON.parse(stdout) as { credit_block: { id: string } }).credit_block.id;
    const rows = `external_customer_id,type,block,target_expires\nacme,expiration_change,${block},2027-01-01\n`;
    writeFileSync(`${home}/x.csv`, rows);
    const line = `batch plan ${home}/x.csv --out ${home}/x.plan --force --profile p`;
    const planned = await creditctl(line, { home });
    expect(planned.code, planned.stderr).toBe(0);
    expect(planned.stderr).toMatch(/^row 1 names no amount.*\nSign it with: .*\nApply it with: /m);
    expectRefused(await apply(home), 'row 1 names no amount');
    const text = readFileSync(`${home}/x.plan`, 'utf8');
    expect(text).toContain('"moves":900');
    writeFileSync(`${home}/x.plan`, rehashed(text.replaceAll(/:900(?=[,}])/g, ':9')));
    expectRefused(await approve(home, 'ann'), 'which is 900 and not 9');
    writeFileSync(`${home}/x.plan`, text);
    expect((await approve(home, 'ann')).code).toBe(0);
    appendFileSync(`${home}/x.plan.sigs`, signatureOf(`${home}/x.plan`, 'bob'));
    expect((await apply(home)).code).toBe(0);
  });

  test('the planner counts, and a plan that needs no signatures is applied without', async () => {
    const home = await homeToSign();
    const line = `batch plan ${home}/x.csv --out ${home}/x.plan --force --profile p --sign --key ${keyOf('ann')}`;
    const planned = await creditctl(line, { home });
    expect(planned.code, planned.stderr).toBe(0);
    expect(planned.stderr).toContain('Signed by ann');
    expect((await approve(home, 'bob')).code).toBe(0);
    await expectApplied(home);
    const low = await homeToSign(annAndBob(), { 'approval.from': '1100' });
    await expectApplied(low);
  });

  test('two keys of one person count once', async () => {
    const home = await homeToSign(annAndBob() + signerLine('Ann', 'ann-2'));
    expect((await approve(home, 'ann')).code).toBe(0);
    expectRefused(await approve(home, 'ann-2'), 'ann has signed the plan');
    expectRefused(await approve(home, 'ann'), 'ann has signed the plan');
    appendFileSync(`${home}/x.plan.sigs`, signatureOf(`${home}/x.plan`, 'ann-2'));
    expectRefused(await apply(home), 'Signature 2 is another one of ann, who counts once');
  });

  test('names that share a line are one person, whichever key signs', async () => {
    const signers = signerLine('ann,ann@work', 'ann') + signerLine('ann@work', 'bob');
    const home = await homeToSign(signers);
    expect((await approve(home, 'ann')).code).toBe(0);
    expectRefused(await approve(home, 'bob'), 'has signed the plan');
  });

  for (const [what, signers, sentence] of [
    ['an unknown key', () => signerLine('bob', 'bob'), 'which is not in the signers file'],
    [
      'an expired signer',
      () => signerLine('ann', 'ann', 'valid-before="20200101"') + signerLine('bob', 'bob'),
      'whose time in the signers file is over',
    ],
    [
      'a signer for another use',
      () => signerLine('ann', 'ann', 'namespaces="git"') + signerLine('bob', 'bob'),
      'not permitted for use in signature namespace',
    ],
    [
      'a pattern for a name',
      () => signerLine('*', 'ann') + signerLine('bob', 'bob'),
      'a pattern in place of',
    ],
  ] as const)
    test(`a signature of ${what} does not count`, async () => {
      const home = await homeToSign(signers());
      expectRefused(await approve(home, 'ann'), sentence);
      expect(existsSync(`${home}/x.plan.sigs`)).toBe(false);
      signedByBoth(home);
      expectRefused(await apply(home), sentence);
    });

  test('a signature over other bytes, or for another use, does not count', async () => {
    const home = await homeToSign();
    const plan = `${home}/x.plan`;
    writeFileSync(`${plan}.sigs`, signatureOf(plan, 'ann') + signatureOf(plan, 'bob', 'git'));
    expectRefused(await apply(home), 'Signature 2 is not for this plan, or is damaged');
    writeFileSync(`${plan}.sigs`, signatureOf(plan, 'ann') + signatureOf(`${home}/x.csv`, 'bob'));
    expectRefused(await apply(home), 'Signature 2 is not for this plan, or is damaged');
    // Planned again, the same rows are other bytes.
    writeFileSync(`${plan}.sigs`, signatureOf(plan, 'ann') + signatureOf(plan, 'bob'));
    const again = `batch plan ${home}/x.csv --out ${plan} --force --profile p`;
    expect((await creditctl(again, { home, now: noon + 1000 })).code).toBe(0);
    expectRefused(await apply(home), 'Signature 1 is not for this plan');
    writeFileSync(`${plan}.sigs`, 'approved, says ann\n');
    expectRefused(await apply(home), 'holds something else than signatures');
  });

  test('signatures hold for so long after planning, and a plan of the future is none', async () => {
    const home = await homeToSign();
    signedByBoth(home);
    const later = { now: noon + 7 * 86_400_000 + 1 };
    expectRefused(await apply(home, later), 'signatures held until');
    expectRefused(await approve(home, 'ann', later), 'signatures held until');
    expectRefused(await apply(home, { now: noon - 3_600_000 }), 'in the future');
    await creditctl('config set policy.approval.valid 1h --profile p', { home });
    expectRefused(await apply(home, { now: noon + 3_600_001 }), 'signatures held until');
    expect((await apply(home, { now: noon + 3_600_000 })).code).toBe(0);
  });

  test('no signature counts on a machine whose clock is not as that of the API', async () => {
    const home = await homeToSign();
    const at = { home, env: orb, served: `${home}/.local/state/creditctl/sandbox.db` };
    const rules = ['mode test', `policy.approval.signers ${home}/signers`, 'policy.approval.from 1000'];
    for (const rule of rules) expect((await creditctl(`config set ${rule}`, { home })).code).toBe(0);
    const planning = await creditctl(`batch plan ${home}/x.csv --out ${home}/y.plan`, at);
    expect(planning.code, planning.stderr).toBe(0);
    signedByBoth(home, 'y.plan');
    const appliedAt = (date: number) =>
      creditctl(`batch apply ${home}/y.plan --yes -o json`, {
        ...at,
        between: async (request, exchange) => {
          const answer = await exchange(request);
          return { ...answer, headers: { ...answer.headers, date: new Date(date).toUTCString() } };
        },
      });
    // The plan has expired, and this machine does not know.
    expectRefused(await appliedAt(noon + 8 * 86_400_000), "this machine's clock says");
    expectRefused(await appliedAt(noon - 3_600_000), 'Signatures hold for a time');
    const applied = await appliedAt(noon + 240_000);
    expect(applied.code, applied.stderr).toBe(0);
  });

  test.skipIf(!hasPostgres)(
    'no signature counts on a machine whose clock is not as that of the record',
    async () => {
      const home = await homeToSign();
      const database = await freshDatabase();
      const at = (now: number) => ({ home, now, env: { CREDITCTL_RECORD: database.url('ana') } });
      const now = Date.now();
      const planning = `batch plan ${home}/x.csv --out ${home}/x.plan --force --profile p`;
      expect((await creditctl(planning, at(now))).code).toBe(0);
      signedByBoth(home);
      expectRefused(await apply(home, at(now + 600_000)), "but the record's");
      const applied = await apply(home, at(Date.now()));
      expect(applied.code, applied.stderr).toBe(0);
    },
  );

  test('the policy says how many, and a signers file that anybody may write is not trusted', async () => {
    const home = await homeToSign(annAndBob(), { 'approval.count': '3' });
    signedByBoth(home);
    expectRefused(await apply(home), 'Signed by ann, bob; 1 person missing');
    await creditctl('config set policy.approval.count 1 --profile p', { home });
    chmodSync(home, 0o755);
    chmodSync(`${home}/signers`, 0o666);
    expectRefused(await apply(home), 'can be written by others');
    chmodSync(`${home}/signers`, 0o644);
    await expectApplied(home);
  });

  test('a shared policy may list the signers itself', async () => {
    const home = await homeToSign();
    const rules = { 'approval.signers': annAndBob().trim().split('\n'), 'approval.from': 1000 };
    writeFileSync(`${home}/policy.json`, JSON.stringify(rules), { mode: 0o644 });
    await creditctl('config set policy.approval.signers --unset --profile p', { home });
    await creditctl(`config set policy.file ${home}/policy.json --profile p`, { home });
    expectRefused(await apply(home), '2 persons missing');
    expect((await approve(home, 'ann')).code).toBe(0);
    appendFileSync(`${home}/x.plan.sigs`, signatureOf(`${home}/x.plan`, 'bob'));
    await expectApplied(home);
  });

  test('without signers nobody can approve, and the way out is named', async () => {
    const home = await homeToSign();
    await creditctl('config set policy.approval.signers --unset --profile p', { home });
    const result = await apply(home);
    expectRefused(result, 'names no person who may sign');
    expect(errorOf(result).next).toEqual(['creditctl config set policy.approval.signers <file> --profile p']);
  });

  test('without a terminal nobody is asked for a passphrase', async () => {
    const home = await homeToSign();
    keyOf('locked', 'secret');
    expectRefused(await approve(home, 'locked'), 'needs a passphrase, and there is no person to ask');
  });

  test('the key of git is taken where none is named', async () => {
    const home = await homeToSign();
    writeFileSync(`${home}/.gitconfig`, `[user]\n\tsigningkey = ${keyOf('bob')}.pub\n`);
    const public_ = await creditctl(`batch approve ${home}/x.plan --profile p -o json`, { home });
    expect(public_.code, public_.stderr).toBe(0);
    expect(JSON.parse(public_.stdout)).toMatchObject({ principal: 'bob' });
  });

  test('on a terminal one question is asked, and a no signs nothing', async () => {
    const home = await homeToSign();
    const line = `batch approve ${home}/x.plan --profile p --key ${keyOf('ann')}`;
    const answers = [{ message: 'Sign this plan?', answer: false }];
    const no = await creditctl(line, { home, terminal: 100, answers });
    expect(no.code).toBe(10);
    expect(no.stderr).toContain('acme (Acme Corp): grant 600 credits');
    expect(existsSync(`${home}/x.plan.sigs`)).toBe(false);
  });

  test('a plan that is replaced after it was shown is not signed', async () => {
    const home = await homeToSign();
    const plan = `${home}/x.plan`;
    writeFileSync(`${home}/x.csv`, 'external_customer_id,amount\nacme,9600\n');
    const other = `batch plan ${home}/x.csv --out ${home}/y.plan --profile p`;
    expect((await creditctl(other, { home })).code).toBe(0);
    const evil = readFileSync(`${home}/y.plan`, 'utf8');
    // As the names of the customers are asked for, the sums have been checked.
    const result = await approve(home, 'ann', {
      between: (request, exchange) => {
        if (request.path.startsWith('/customers/')) writeFileSync(plan, evil);
        return exchange(request);
      },
    });
    expectRefused(result, 'was changed while it was read');
    expect(readFileSync(plan, 'utf8')).toBe(evil);
    expect(existsSync(`${plan}.sigs`)).toBe(false);
  });

  test('a plan that somebody replaces between its making and its signing is not signed', async () => {
    const home = await homeToSign();
    const replacing =
      (real: (...given: readonly unknown[]) => unknown) =>
      (from: unknown, to: unknown): void => {
        real(from, to);
        if (String(to).endsWith('y.plan')) copyFileSync(`${home}/x.plan`, String(to));
      };
    const line = `batch plan ${home}/x.csv --out ${home}/y.plan --profile p --sign --key ${keyOf('ann')} -o json`;
    const result = await withFs('linkSync', replacing, () => creditctl(line, { home, now: noon + 1000 }));
    expectRefused(result, 'was replaced after it was made');
    expect(existsSync(`${home}/y.plan.sigs`)).toBe(false);
  });

  test('a name that ssh-keygen reads otherwise than this program is nobody: a byte order mark, say', async () => {
    const home = await homeToSign(`\uFEFF${signerLine('ann', 'ann')}${signerLine('ann', 'ann-2')}`);
    for (const key of ['ann', 'ann-2'])
      appendFileSync(`${home}/x.plan.sigs`, signatureOf(`${home}/x.plan`, key));
    expectRefused(await apply(home), 'Signed by ann; 1 person missing');
  });

  test('a plan that does not fit its rows is not signed', async () => {
    const home = await homeToSign();
    const text = readFileSync(`${home}/x.plan`, 'utf8');
    writeFileSync(`${home}/x.plan`, text.replace('"granted":600', '"granted":500'));
    expectRefused(await approve(home, 'ann'), 'was changed or cut short');
    expect(existsSync(`${home}/x.plan.sigs`)).toBe(false);
  });
});
