// What every store of the record promises: the same tests run on each engine.
import { afterEach, describe, expect, test } from 'vitest';
import { chainStart, eventHash, linkHash } from '../../src/record/chained-fact.ts';
import type { NewFact } from '../../src/record/facts.ts';
import type { AccountRecord, Appended, RecordStore } from '../../src/record/record.ts';
import { verifyRecord } from '../../src/record/verify.ts';
import {
  acknowledged,
  author,
  begun,
  ended,
  grant,
  keepPlan,
  noted,
  otherRunner,
  rowOf,
  runner,
  taken,
} from './facts.ts';

/** A record of its own, made for one test. */
export interface FreshRecord {
  /** One more client of the record. `owner` may do everything; `ana` and `bob` are persons who write. */
  open(who: 'ana' | 'bob' | 'owner'): Promise<RecordStore>;
}

export const orb = { origin: 'https://api.withorb.com', mode: 'live', ledger: null } as const;
export const otherLedger = { origin: 'sandbox', mode: 'sandbox', ledger: 'ledger-2' } as const;

export async function all<Of>(rows: AsyncIterable<Of>): Promise<readonly Of[]> {
  const found: Of[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

interface Clients {
  readonly store: RecordStore;
  readonly ana: AccountRecord;
  readonly bob: AccountRecord;
  readonly owner: AccountRecord;
}

/** The clients of one test: two persons and the owner, on one account. @param opened takes the stores, to be closed */
export async function clientsOf(record: FreshRecord, opened: RecordStore[]): Promise<Clients> {
  const stores = await Promise.all([record.open('ana'), record.open('bob'), record.open('owner')] as const);
  opened.push(...stores);
  const account = await stores[0].addAccount(orb);
  const [ana, bob, owner] = stores.map((store) => store.of(account)) as [
    AccountRecord,
    AccountRecord,
    AccountRecord,
  ];
  return { store: stores[0], ana, bob, owner };
}

const versionsOf = (appended: Appended): readonly number[] =>
  appended.kind === 'appended' ? appended.versions : [];

export function testStore(engine: string, fresh: () => Promise<FreshRecord>): void {
  const opened: RecordStore[] = [];
  afterEach(async () => {
    const whole = await Promise.all(opened.slice(0, 1).map(faultsIn));
    await Promise.all(opened.splice(0).map((store) => store.close()));
    // Whatever a test does by the interface leaves a record that can be verified.
    expect(whole.flat()).toEqual([]);
  });

  const clients = async () => clientsOf(await fresh(), opened);

  describe(`${engine}: age`, () => {
    test('a record is as old as its first event, and each account has its own age', async () => {
      const { store, ana, bob } = await clients();
      expect(await ana.age()).toBe(0);
      await ana.append([noted('a')]);
      const first = await ana.now();
      await new Promise((resolve) => setTimeout(resolve, 20));
      await bob.append([noted('b')]);
      const [age, since] = [await bob.age(), (await ana.now()) - first];
      // Instants are cut to whole milliseconds.
      expect(age).toBeGreaterThanOrEqual(19);
      expect(Math.abs(age - since)).toBeLessThan(5_000);
      expect(await store.of(await store.addAccount(otherLedger)).age()).toBe(0);
    });
  });

  describe(`${engine}: losses`, () => {
    const accepted = (link: number): NewFact => ({
      fact: { kind: 'accepted', seen_link: link, seen_hash: 'f'.repeat(64) },
    });
    const atOf = (appended: Appended): number =>
      appended.kind === 'appended' ? Date.parse(appended.at) : Number.NaN;

    test('what was lost follows the last link before it, and comes before the loss is accepted', async () => {
      const { store, ana, bob } = await clients();
      const [first, second] = [await ana.append([noted('a')]), await ana.append([noted('b')])];
      expect(await ana.lostSpan()).toBeUndefined();
      const third = await ana.append([accepted(9)]);
      expect(await bob.lostSpan()).toEqual({ since: atOf(second), until: atOf(third) });
      await ana.append([noted('c')]);
      // Another machine saw a second link that is not this one, so the first is the last that both have.
      const fifth = await bob.append([accepted(2)]);
      await ana.append([noted('d')]);
      expect(await ana.lostSpan()).toEqual({ since: atOf(first), until: atOf(fifth) });
      const other = store.of(await store.addAccount(otherLedger));
      expect(await other.lostSpan()).toBeUndefined();
      await other.append([accepted(1)]);
      expect(await other.lostSpan()).toMatchObject({ since: 0 });
    });
  });

  describe(`${engine}: writes`, () => {
    test('a write is noted, ended and acknowledged, and each step is in the history', async () => {
      const { ana } = await clients();
      const first = await ana.append([
        {
          ...grant(
            'k',
            {},
            { named: true, api_key: 'hash', undoes: 'before', to_follow: 2, approved_by: ['eve'] },
          ),
          texts: { request: '{"amount":1.50}', command: 'creditctl ledger add' },
        },
      ]);
      expect(first).toMatchObject({ kind: 'appended', versions: [1], head: { link: 1 } });
      const open = await ana.write('k');
      expect(open).toEqual({
        ...{ noted: 1, key: 'k', attempt: 1, state: 'noted', version: 1 },
        ...{ fingerprint: 'print of k', isNamed: true },
        ...{ method: 'POST', who: await ana.who(), author, runner, apiKey: 'hash', ledgerAt: null },
        ...{ notedAt: first.kind === 'appended' ? first.at : '', leaseUntil: open?.leaseUntil },
        ...{ customer: 'acme', currency: 'USD', reserved: '100', day: '2026-11-27' },
        ...{ batch: null, run: null, row: null, undoes: 'before', toFollow: 2, undoneBy: null },
        ...{ approvedBy: ['eve'], endedAt: null, endedBy: null, status: null, requestId: null },
        ...{
          isReplayed: false,
          isFound: false,
          entry: null,
          block: null,
          amount: null,
          acknowledgedAt: null,
        },
        texts: {
          ...{ request: '{"amount":1.50}', command: 'creditctl ledger add' },
          ...{ answer: null, message: null, policy: null, results: null, signatures: null },
        },
      });
      expect(Date.parse(open?.leaseUntil ?? '') - Date.parse(open?.notedAt ?? '')).toBe(60_000);
      const made = { status: 201, request_id: 'req', entry: 'e1', block: 'b1', amount: '100' } as const;
      await ana.append([
        {
          ...ended('k', 'settled', { ...made, replayed: true, found: true }),
          texts: { answer: '{}' },
          after: 1,
        },
      ]);
      const acked = await ana.append([{ ...acknowledged('k'), after: 2 }]);
      expect(await ana.write('k')).toMatchObject({
        ...{ state: 'settled', version: 3, status: 201, requestId: 'req', entry: 'e1', block: 'b1' },
        ...{ amount: '100', isReplayed: true, isFound: true, endedBy: await ana.who(), noted: 1 },
        acknowledgedAt: acked.kind === 'appended' ? acked.at : '',
        texts: { request: '{"amount":1.50}', answer: '{}' },
      });
    });

    test('a key that had no effect begins a new attempt, and its history keeps both', async () => {
      const { ana } = await clients();
      for (const [index, state] of (['refused', 'absent', 'unsent', 'settled'] as const).entries()) {
        const attempt = index + 1;
        await ana.append([{ ...noted('k', { attempt }), after: index === 0 ? null : index * 2 }]);
        await ana.append([ended('k', state, { attempt })]);
      }
      expect(await ana.write('k')).toMatchObject({ attempt: 4, state: 'settled', version: 8 });
      const events = await ana.eventsOf('k');
      expect(events.map(({ attempt, prev }) => [attempt, prev])).toEqual([
        ...[
          [1, 0],
          [1, 1],
          [2, 2],
          [2, 3],
        ],
        ...[
          [3, 4],
          [3, 5],
          [4, 6],
          [4, 7],
        ],
      ]);
      expect(await all(ana.writes({}))).toHaveLength(1);
    });

    test('whoever takes a write works on it, and who noted it stays', async () => {
      const { ana, bob } = await clients();
      await ana.append([grant('k')]);
      await ana.append([{ ...ended('k', 'unknown'), texts: { message: 'no answer' } }]);
      expect(await ana.write('k')).toMatchObject({ state: 'unknown', reserved: '100' });
      await bob.append([taken('k')]);
      expect(await ana.write('k')).toMatchObject({
        state: 'noted',
        runner: otherRunner,
        who: await ana.who(),
        author,
      });
      await bob.append([ended('k', 'settled')]);
      expect(await ana.write('k')).toMatchObject({ endedBy: await bob.who(), acknowledgedAt: null });
      await ana.append([taken('k', { runner })]);
      expect(await ana.write('k')).toMatchObject({ state: 'settled', runner });
    });

    test('of equal writes without keys of their own, one that was not seen and is open stands in the way', async () => {
      const { ana, bob } = await clients();
      const equal = (key: string, equalAfter: number, more: object = {}) => ({
        ...noted(key, { fingerprint: 'same', ...more }),
        equalAfter,
      });
      const [named] = versionsOf(await ana.append([equal('own', 0, { named: true })]));
      const [first] = versionsOf(await ana.append([equal('a', 0)]));
      expect(await bob.append([equal('b', named ?? 0)])).toEqual({ kind: 'conflict', keys: ['b'] });
      expect(await bob.write('b')).toBeUndefined();
      expect(await bob.append([equal('b', first ?? 0)])).toMatchObject({ kind: 'appended' });
      expect(await bob.append([noted('c', { fingerprint: 'other' })])).toMatchObject({ kind: 'appended' });
      await ana.append([ended('a', 'unknown'), ended('b', 'refused')]);
      expect(await bob.append([equal('d', 0)])).toEqual({ kind: 'conflict', keys: ['d'] });
      await ana.append([ended('a', 'settled')]);
      expect(await bob.append([equal('d', 0)])).toMatchObject({ kind: 'appended' });
    });

    test('a row that was found is noted and ended at once', async () => {
      const { ana } = await clients();
      await keepPlan(ana);
      await ana.append([begun('b')]);
      await ana.append([rowOf('b', 1), ended('b-1', 'settled', { found: true })]);
      expect(await ana.write('b-1')).toMatchObject({ state: 'settled', isFound: true, version: 3 });
    });

    /** What led to a key's state, and what cannot follow. */
    const defects: readonly [string, readonly (readonly object[])[], object][] = [
      ['a second attempt of an unknown key', [], noted('k', { attempt: 2 })],
      ['the end of an unknown key', [], ended('k', 'settled')],
      ['a note over an open write', [[noted('k')]], { ...noted('k', { attempt: 2 }), after: 1 }],
      [
        'a note over a settled write',
        [[noted('k'), ended('k', 'settled')]],
        { ...noted('k', { attempt: 2 }), after: 2 },
      ],
      ['the same attempt again', [[noted('k'), ended('k', 'refused')]], { ...noted('k'), after: 2 }],
      [
        'an attempt left out',
        [[noted('k'), ended('k', 'refused')]],
        { ...noted('k', { attempt: 3 }), after: 2 },
      ],
      ['an end that has ended', [[noted('k'), ended('k', 'settled')]], ended('k', 'refused')],
      ['the end of another attempt', [[noted('k')]], ended('k', 'settled', { attempt: 2 })],
      ['unsent after it was taken', [[noted('k')], [taken('k')]], ended('k', 'unsent')],
      ['unsent after it was unknown', [[noted('k'), ended('k', 'unknown')]], ended('k', 'unsent')],
      ['taking what was refused', [[noted('k'), ended('k', 'refused')]], taken('k')],
      ['taking what was reported', [[noted('k'), ended('k', 'settled')], [acknowledged('k')]], taken('k')],
      ['telling of an open write', [[noted('k')]], acknowledged('k')],
      ['telling of an unknown outcome', [[noted('k'), ended('k', 'unknown')]], acknowledged('k')],
      ['a run left out', [], begun('b', { run: 2 })],
      ['the end of a run that never began', [], { fact: runEnd('b') }],
      ['the end of a run that ended', [[begun('b'), { fact: runEnd('b') }]], { fact: runEnd('b') }],
    ];
    test.each(defects)('%s is a defect, and nothing is added', async (_, before, wrong) => {
      const { ana } = await clients();
      await keepPlan(ana);
      for (const facts of before) await ana.append(facts as never);
      const head = await ana.head();
      await expect(ana.append([noted('other'), wrong as never])).rejects.toThrow(TypeError);
      expect(await ana.head()).toEqual(head);
      expect(await ana.write('other')).toBeUndefined();
    });

    test('of many clients that note one key, one does', async () => {
      const { ana, bob } = await clients();
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          (index % 2 === 0 ? ana : bob).append([noted('k'), noted(`k${index}`)]),
        ),
      );
      expect(answers.filter(({ kind }) => kind === 'appended')).toHaveLength(1);
      expect(answers.filter(({ kind }) => kind === 'conflict')[0]).toEqual({ kind: 'conflict', keys: ['k'] });
      expect(await all(ana.events())).toHaveLength(2);
    });

    test('a decision that was made before another write is refused', async () => {
      const { ana, bob } = await clients();
      await ana.append([noted('k'), noted('l')]);
      await bob.append([{ ...taken('k'), after: 1 }]);
      const late = await ana.append([
        { ...ended('k', 'settled'), after: 1 },
        { ...ended('l', 'settled'), after: 2 },
      ]);
      expect(late).toEqual({ kind: 'conflict', keys: ['k'] });
      expect(await ana.write('l')).toMatchObject({ state: 'noted' });
    });

    test('a run works on no row once a later run of its batch has begun', async () => {
      const { ana, bob } = await clients();
      await keepPlan(ana);
      await ana.append([begun('b'), rowOf('b', 1)]);
      const { version } = (await ana.write('b-1')) ?? { version: 0 };
      const take = (run: number): NewFact => ({
        fact: { kind: 'taken', key: 'b-1', attempt: 1, lease_ms: 60_000, run },
        after: version,
      });
      await bob.append([begun('b', { run: 2, undo: true })]);
      const head = await ana.head();
      const overtaken = { kind: 'conflict', keys: ['b'] };
      expect(await ana.append([rowOf('b', 2), rowOf('b', 3)])).toEqual(overtaken);
      expect(await ana.append([take(1)])).toEqual(overtaken);
      expect(await ana.head()).toEqual(head);
      expect((await bob.append([take(2), rowOf('b', 2, { run: 2 })])).kind).toBe('appended');
      // What had left before, ends; and so does the run.
      expect((await ana.append([ended('b-1', 'settled')])).kind).toBe('appended');
      expect((await ana.append([{ fact: runEnd('b') }])).kind).toBe('appended');
    });

    test('texts are kept byte for byte', async () => {
      const { ana } = await clients();
      const texts = {
        request: 'a\0b\r\n€ 😀 \u2028',
        command: '',
        message: 'x'.repeat(300_000),
        answer: '"\\u0000"',
      };
      await ana.append([{ ...noted('k', { customer: 'Ünïcode 😀 "\'\\' }), texts }]);
      expect((await ana.write('k'))?.texts).toEqual({
        ...texts,
        policy: null,
        results: null,
        signatures: null,
      });
      expect((await ana.eventsOf('k'))[0]?.texts).toEqual(texts);
      expect(await ana.text(1, 'request')).toBe(texts.request);
      expect(await ana.text(1, 'policy')).toBeUndefined();
      expect(await ana.write('k')).toMatchObject({ customer: 'Ünïcode 😀 "\'\\' });
    });

    test('a lease is made longer by its holder alone, and never shorter', async () => {
      const { ana } = await clients();
      await ana.append([
        noted('mine'),
        noted('others', { runner: otherRunner }),
        noted('done'),
        ended('done', 'settled'),
      ]);
      const lease = async (key: string): Promise<number> =>
        Date.parse((await ana.write(key))?.leaseUntil ?? '');
      const before = await Promise.all(['mine', 'others', 'done'].map(lease));
      await ana.extendLease({ runner, keys: ['mine', 'others', 'done'] }, 3_600_000);
      const after = await Promise.all(['mine', 'others', 'done'].map(lease));
      expect(after.slice(1)).toEqual(before.slice(1));
      expect((after[0] ?? 0) - (await ana.now())).toBeGreaterThan(3_500_000);
      await ana.extendLease({ runner, keys: ['mine'] }, 1000);
      expect(await lease('mine')).toBe(after[0]);
      expect((await ana.head()).link).toBe(1);
    });
  });

  describe(`${engine}: the chain`, () => {
    test('events and links have the hashes that the program computes', async () => {
      const { ana, bob } = await clients();
      for (let round = 0; round < 5; round += 1)
        await Promise.all([
          ana.append([noted(`a${round}`), noted(`ü${round}`)]),
          bob.append([grant(`b${round}`)]),
        ]);
      const events = await all(ana.events());
      const links = await all(ana.links());
      expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 15 }, (_, index) => index + 1));
      for (const event of events) expect(event.hash).toBe(eventHash(event));
      let head = chainStart;
      for (const { link, first, last, hash } of links) {
        const hashes = events.slice(first - 1, last).map((event) => event.hash);
        expect(linkHash(head, hashes)).toBe(hash);
        expect(events.slice(first - 1, last).every((event) => event.link === link)).toBe(true);
        head = { link, hash };
      }
      expect(await ana.head()).toEqual(head);
      expect(links).toHaveLength(10);
      expect(await all(ana.links(10))).toHaveLength(1);
    });

    test('an append is watched: a head that is not held lets nothing pass', async () => {
      const { store, ana } = await clients();
      await ana.append([noted('k')]);
      const { hash } = await ana.head();
      const kept: object[] = [];
      let seen = { link: 1, hash };
      const watched = store.of(ana.account, {
        watch: {
          seen: () => seen,
          keep: (head) => kept.push(head),
          lost: ({ link }) => new RangeError(`lost ${link}`),
        },
      });
      await watched.append([noted('l')]);
      expect(kept).toEqual([await ana.head()]);
      for (const wrong of [
        { link: 1, hash: 'f'.repeat(64) },
        { link: 9, hash },
      ]) {
        seen = wrong;
        await expect(watched.append([noted('m')])).rejects.toThrow(`lost ${wrong.link}`);
        expect(await ana.holds(wrong)).toBe(false);
      }
      seen = chainStart;
      expect(await watched.append([noted('n')])).toMatchObject({ kind: 'appended' });
      expect(await ana.holds({ link: 1, hash })).toBe(true);
      expect(await ana.write('m')).toBeUndefined();
    });
  });

  describe(`${engine}: caps`, () => {
    const cap = (limit: string, more: object = {}) => ({
      ...({ scope: 'customer', customer: 'cus-acme', currency: 'USD', day: '2026-11-27' } as const),
      ...{ limit, elsewhere: '0', name: 'customer_day_cap' },
      ...more,
    });

    test('grants at once share the room of a day', async () => {
      const { ana, bob } = await clients();
      const caps = [cap('1000')];
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_, index) =>
          (index % 2 ? ana : bob).append([grant(`k${index}`)], { caps }),
        ),
      );
      expect(answers.filter(({ kind }) => kind === 'appended')).toHaveLength(10);
      expect(answers.find(({ kind }) => kind === 'over')).toEqual({
        kind: 'over',
        cap: caps[0],
        used: '1000',
      });
    });

    test('what had no effect gives its room back, and what is elsewhere takes room', async () => {
      const { ana } = await clients();
      const caps = [cap('250', { elsewhere: '50.5' })];
      const [first] = versionsOf(await ana.append([grant('a', { amount: '199.5' })], { caps }));
      expect(await ana.append([grant('b', { amount: '0.01' })], { caps })).toMatchObject({
        kind: 'over',
        used: '250',
      });
      await ana.append([{ ...ended('a', 'refused'), after: first ?? 0 }]);
      expect(await ana.append([grant('b', { amount: '199.50' })], { caps })).toMatchObject({
        kind: 'appended',
      });
      await ana.append([ended('b', 'unknown')]);
      expect(await ana.append([grant('c', { amount: '1' })], { caps })).toMatchObject({ kind: 'over' });
    });

    test('a cap counts its customer, currency and day alone, and sums are exact', async () => {
      const { ana } = await clients();
      await ana.append([
        grant('a', { amount: '0.1' }),
        grant('b', { amount: '0.2' }),
        grant('c', { amount: '5', currency: 'EUR' }),
        grant('d', { amount: '5', customer: 'cus-other' }),
        grant('e', { amount: '5', day: '2026-11-26' }),
        noted('f'),
      ]);
      const of = { scope: 'customer', customer: 'cus-acme', currency: 'USD', day: '2026-11-27' } as const;
      expect(await ana.reserved(of)).toBe('0.3');
      const big = '123456789012345678';
      await ana.append([grant('g', { amount: big }), grant('h', { amount: '0.000000000000000001' })]);
      expect(await ana.reserved(of)).toBe('123456789012345678.300000000000000001');
      const caps = [cap('123456789012345678.300000000000000001')];
      expect(await ana.append([noted('i')], { caps })).toMatchObject({ kind: 'appended' });
      expect(await ana.append([grant('j', { amount: '0.000000000000000001' })], { caps })).toMatchObject({
        kind: 'over',
      });
    });

    test.each(['refused', 'absent', 'unsent'] as const)('what ended as %s takes no room', async (state) => {
      const { ana } = await clients();
      const of = [cap('100'), cap('100', { scope: 'team', customer: undefined, day: undefined })];
      await ana.append([grant('a')], { caps: of });
      await ana.append([ended('a', state)]);
      expect((await ana.append([grant('b')], { caps: of })).kind).toBe('appended');
    });

    test('a cap that was broken before stops only what it counts', async () => {
      const { ana } = await clients();
      await ana.append([grant('a')]);
      const caps = [cap('50')];
      expect(await ana.append([grant('b')], { caps })).toMatchObject({ kind: 'over', used: '100' });
      expect((await ana.append([noted('b')], { caps })).kind).toBe('appended');
    });

    test('a group counts as a whole', async () => {
      const { ana } = await clients();
      const group = [
        ...[grant('a'), grant('b'), grant('c', { currency: 'EUR' })],
        ...[grant('d', { customer: 'cus-other' }), grant('e', { day: '2026-11-28' })],
      ];
      expect(await ana.append(group, { caps: [cap('199')] })).toMatchObject({ kind: 'over', used: '0' });
      expect(await ana.append(group, { caps: [cap('200')] })).toMatchObject({ kind: 'appended' });
    });

    test('a person’s cap counts what that person noted, the team’s what all did', async () => {
      const { ana, bob } = await clients();
      const person = [cap('150', { scope: 'person', customer: undefined, day: undefined })];
      const team = [cap('150', { scope: 'team', customer: undefined, day: undefined })];
      await ana.append([grant('a', { day: '2020-01-01', customer: 'x' }), grant('e', { currency: 'EUR' })], {
        caps: person,
      });
      expect(await ana.append([grant('b')], { caps: person })).toMatchObject({ kind: 'over', used: '100' });
      expect(await bob.append([grant('b')], { caps: person })).toMatchObject({ kind: 'appended' });
      expect(await bob.append([grant('c')], { caps: team })).toMatchObject({ kind: 'over', used: '200' });
      await bob.append([ended('a', 'absent')]);
      expect(await ana.reserved({ scope: 'person', currency: 'USD' })).toBe('0');
      expect(await ana.reserved({ scope: 'team', currency: 'USD' })).toBe('100');
      expect(await bob.reserved({ scope: 'person', currency: 'USD' })).toBe('100');
      await ana.append([grant('f')]);
      await bob.append([ended('f', 'absent'), ended('b', 'absent')]);
      for (const each of [ana, bob])
        expect(await each.reserved({ scope: 'person', currency: 'USD' })).toBe('0');
    });

    test('on an embedded ledger the day goes by its own clock', async () => {
      const { ana } = await clients();
      await ana.append([grant('a', {}, { ledger_at: '2031-05-06T23:59:59.000Z' })]);
      expect(await ana.reserved({ scope: 'team', currency: 'USD' })).toBe('0');
      expect(await ana.reserved({ scope: 'team', currency: 'USD', day: '2031-05-06' })).toBe('100');
      const caps = [cap('150', { scope: 'team', day: '2031-05-06' })];
      const next = grant('b', {}, { ledger_at: '2031-05-06T08:00:00.000Z' });
      expect(await ana.append([next], { caps })).toMatchObject({ kind: 'over', used: '100' });
      const dayAfter = grant('b', {}, { ledger_at: '2031-05-07T00:00:00.000Z' });
      expect((await ana.append([dayAfter], { caps })).kind).toBe('appended');
    });
  });
}

const runEnd = (batch: string) => ({
  ...({ kind: 'batch_ended', batch, run: 1 } as const),
  ...{ succeeded: 1, failed: 2, unknown: 3, unprocessed: 4 },
});

async function faultsIn(store: RecordStore): Promise<readonly string[]> {
  const verdicts = await Promise.all(
    (await store.accounts()).map((account) => verifyRecord(store.of(account))),
  );
  return verdicts.flatMap(({ fault }) => (fault === undefined ? [] : [fault.message]));
}
