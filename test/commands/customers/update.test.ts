import { expect, test } from 'vitest';
import { TransportFailure } from '../../../src/wire/json.ts';
import { creditctl, errorOf, expectUsage, notesOf, orb } from '../../support/command.ts';
import { customer, repeating } from '../../support/documents.ts';
import { recordedIn } from '../../support/recorded.ts';
import { freshHome } from '../../support/run.ts';

const acme = '/customers/external_customer_id/acme';
const put = (path = acme, changes: object = {}) => ({
  method: 'PUT',
  path,
  answer: { json: repeating(customer(changes)) },
});
const look = (changes: object = {}) => ({ method: 'GET', path: acme, answer: { json: customer(changes) } });
const present = (changes: object) => ({ ...look(changes), path: `/customers/${customer().id}` });
const body = (text: string | undefined) => JSON.parse(text ?? '') as unknown;

test('every flag reaches the body, and nothing else does', async () => {
  const line =
    'customers update acme --name "Acme Holdings" --email a@acme.example --additional-email b@acme.example --additional-email c@acme.example --external-id acme-1 --currency EUR --metadata tier=gold --metadata note=a=b --metadata old= --unset-metadata older --auto-collection on --email-delivery off --auto-issuance account --yes -o json';
  const { code, stdout, requests, home } = await creditctl(line, { exchanges: [put()], env: orb });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ id: customer().id, name: 'Acme Holdings' });
  expect(body(requests[0]?.body)).toEqual({
    name: 'Acme Holdings',
    email: 'a@acme.example',
    additional_emails: ['b@acme.example', 'c@acme.example'],
    external_customer_id: 'acme-1',
    currency: 'EUR',
    metadata: { tier: 'gold', note: 'a=b', old: null, older: null },
    auto_collection: true,
    email_delivery: false,
    auto_issuance: null,
  });
  expect(recordedIn(home).map(({ event }) => event)).toEqual(['noted', 'settled', 'acknowledged']);
});

test.each([
  ['id:4QYW', '/customers/4QYW', { id: '4QYW' }],
  ['--customer-id x/y', '/customers/x%2Fy', { id: 'x/y' }],
  ['--external-customer-id id:z', '/customers/external_customer_id/id%3Az', { external_customer_id: 'id:z' }],
])('%s is the customer at %s', async (who, path, changes) => {
  const line = `customers update ${who} --name New --additional-email "" --yes`;
  const { code, requests } = await creditctl(line, { exchanges: [put(path, changes)], env: orb });
  expect(code).toBe(0);
  expect(body(requests[0]?.body)).toEqual({ name: 'New', additional_emails: [] });
});

test('a metadata key such as constructor is shown as new, and not as what JavaScript has under that name', async () => {
  const line = 'customers update acme --metadata constructor=x --metadata toString=y --dry-run -o json';
  const { stdout } = await creditctl(line, { exchanges: [look()], env: orb });
  expect(JSON.parse(stdout)).toMatchObject({
    effect: {
      changes: [
        { field: 'metadata.constructor', before: null, after: 'x' },
        { field: 'metadata.toString', before: null, after: 'y' },
      ],
    },
  });
});

test('on the embedded ledger what is said changes, and the rest stays', async () => {
  const made = await creditctl(
    'customers create --name Hooli --email a@hooli.example --metadata a=1 --metadata b=2 --sandbox --yes --json id',
  );
  const { home } = made;
  const { id } = JSON.parse(made.stdout) as { id: string };
  const line = `customers update id:${id} --name "Hooli XYZ" --external-id hooli --metadata a= --metadata c=3 --sandbox`;
  const dry = await creditctl(`${line} --dry-run -o json`, { home });
  expect(JSON.parse(dry.stdout)).toMatchObject({
    dry_run: true,
    request: { method: 'PUT', path: `/customers/${id}` },
    effect: {
      changes: [
        { field: 'name', before: 'Hooli', after: 'Hooli XYZ' },
        { field: 'external_customer_id', before: null, after: 'hooli' },
        { field: 'metadata.a', before: '1', after: null },
        { field: 'metadata.c', before: null, after: '3' },
      ],
      notes: [],
    },
  });
  const done = await creditctl(`${line} --yes`, { home });
  expect(done.code, done.stderr).toBe(0);
  const fields = 'name,email,external_customer_id,metadata';
  const shown = await creditctl(`customers show hooli --sandbox --json ${fields}`, { home });
  expect(JSON.parse(shown.stdout)).toEqual({
    name: 'Hooli XYZ',
    email: 'a@hooli.example',
    external_customer_id: 'hooli',
    metadata: { b: '2', c: '3' },
  });
});

test('the preview shows old and new of each field, and what will be refused', async () => {
  const present = look({ auto_collection: true, additional_emails: ['x@acme.example'], auto_issuance: null });
  const line =
    'customers update acme --name "Acme Corp" --external-id other --currency EUR --auto-collection off --auto-issuance on --additional-email "" --unset-metadata gone --dry-run';
  const { code, stdout } = await creditctl(line, { exchanges: [present], env: orb });
  expect(code).toBe(0);
  for (const part of [
    'Update customer acme',
    /name +Acme Corp \(unchanged\)/,
    /additional_emails +x@acme.example → none/,
    /external_customer_id +acme → other/,
    /auto_collection +on → off/,
    /auto_issuance +account → on/,
    /metadata.gone +none \(unchanged\)/,
    'The API will refuse this: external_customer_id is acme and cannot be changed.',
    'The API will refuse this: currency is USD and cannot be changed.',
    `request    PUT ${acme}`,
  ])
    expect(stdout).toMatch(part);
});

test('what can be set only once is refused by the API, and nothing changes', async () => {
  const line = 'customers update acme --external-id other --name Never --sandbox --yes -o json';
  const result = await creditctl(line);
  expect(result.code).toBe(5);
  expect(errorOf(result)).toMatchObject({ code: 'rejected', status: 400, applied: 'no' });
  const shown = await creditctl('customers show acme --sandbox --json name', { home: result.home });
  expect(shown.stdout).not.toContain('Never');
});

test('a customer who is not there is exit 4', async () => {
  const result = await creditctl('customers update nobody --name X --sandbox --yes -o json');
  expect(result.code).toBe(4);
  expect(errorOf(result)).toMatchObject({ applied: 'no' });
  const list = await creditctl('customers list --sandbox --json name', { home: result.home });
  expect(list.stdout).not.toContain('"X"');
});

test('on a terminal without flags, the fields are asked for one after the other', async () => {
  const home = freshHome();
  const result = await creditctl('customers update acme --sandbox', {
    home,
    terminal: 120,
    answers: [
      { message: 'Which field do you want to change?', answer: 'Name' },
      { message: 'Name', answer: ' Acme Holdings ' },
      { message: 'Change another field?', answer: 'Metadata' },
      { message: 'Metadata', answer: 'tier=gold' },
      { message: 'Change another field?', answer: 'Metadata' },
      { message: 'Metadata', answer: 'team=a' },
      { message: 'Change another field?', answer: 'Delivery by e-mail' },
      { message: 'Delivery by e-mail (now: on)', answer: 'off' },
      { message: 'Change another field?', answer: 'Additional e-mails' },
      { message: 'Additional e-mails', answer: 'b@acme.example, c@acme.example' },
      { message: 'Change another field?', answer: 'No, continue' },
      { message: 'Update customer acme?', answer: true },
    ],
  });
  expect(result.code, result.stderr).toBe(0);
  expect(result.stderr).toContain(
    "creditctl customers update acme --name 'Acme Holdings' --additional-email b@acme.example --additional-email c@acme.example --email-delivery off --metadata tier=gold --metadata team=a --sandbox --yes",
  );
  const fields = 'name,email_delivery,additional_emails,metadata';
  const shown = await creditctl(`customers show acme --sandbox --json ${fields}`, { home });
  expect(JSON.parse(shown.stdout)).toMatchObject({
    name: 'Acme Holdings',
    email_delivery: false,
    additional_emails: ['b@acme.example', 'c@acme.example'],
    metadata: { tier: 'gold', team: 'a' },
  });
});

test('on a terminal nothing chosen is nothing written, and what is fixed is not offered', async () => {
  const nothing = await creditctl('customers update acme --sandbox', {
    terminal: 100,
    answers: [{ message: 'Which field do you want to change?', answer: 'None' }],
  });
  expect(nothing.code).toBe(10);
  expect(nothing.stderr).toContain('No field was chosen: nothing was written');
  const fixed = creditctl('customers update acme --sandbox', {
    terminal: 100,
    answers: [{ message: 'Which field do you want to change?', answer: 'External id' }],
  });
  await expect(fixed).rejects.toThrow('no choice begins with "External id"');
});

test('on a terminal a customer who is not named is asked for', async () => {
  const result = await creditctl('customers update --name New --sandbox', {
    terminal: 100,
    answers: [
      { message: 'Which customer?', answer: 'acme' },
      { message: 'Update customer acme?', answer: true },
    ],
  });
  expect(result.code, result.stderr).toBe(0);
  expect(result.stderr).toMatch(/name +\S.* → New/);
  expect(result.stderr).toContain('creditctl customers update acme --name New --sandbox --yes');
});

test('a lost reply is settled by the same line, also after days', async () => {
  const home = freshHome();
  const line = 'customers update acme --name New --yes -o json';
  const cut = {
    ...put(),
    fail: new TransportFailure('the connection was cut', 'maybe'),
    again: true,
  } as const;
  const unknown = await creditctl(line, { home, exchanges: [cut], env: orb });
  expect(unknown.code).toBe(11);
  const now = Date.UTC(2026, 10, 27);
  const exchanges = [look(), look(), put(), present({ name: 'New' })];
  const settled = await creditctl(line, { home, exchanges, env: orb, now });
  expect(settled.code, settled.stderr).toBe(0);
  expect(notesOf(settled)).toContainEqual({ write: { manner: 'resumed', idempotency_key: 'key-1' } });
});

test('one that was settled late but changed back since is not reported as done', async () => {
  const line = 'customers update acme --name New --yes -o json';
  const lost = { ...put(), answer: { status: 500 }, again: true as const };
  const { home } = await creditctl(line, { exchanges: [lost], env: orb });
  const exchanges = [look(), look(), put(), present({ name: 'Newer' })];
  const result = await creditctl(line, { home, exchanges, env: orb });
  expect(result.code).toBe(1);
  expect(JSON.parse(result.stdout)).toMatchObject({ name: 'Newer' });
  expect(errorOf(result)).toMatchObject({
    message: 'Your earlier command updated customer acme. It was changed since',
    applied: 'yes',
    retry_safe: false,
  });
});

test('a missing customer and nothing to change are named at once', async () => {
  const none = { exchanges: [], env: orb };
  expectUsage(await creditctl('customers update --yes', none), [
    '<customer> is missing',
    'Nothing to change: add at least one of --name, --email, --additional-email',
  ]);
});

for (const [flags, ...sentences] of [
  ['--name ""', '--name is empty'],
  ['--email nonsense', '--email is not an e-mail address: "nonsense"'],
  ['--external-id ..', '--external-id must not be "..": it cannot be part of a URL'],
  ['--currency euro', '--currency must be an ISO 4217 code'],
  ['--auto-collection yes', '--auto-collection must be on or off: "yes"'],
  ['--email-delivery account', '--email-delivery must be on or off: "account"'],
  ['--auto-issuance constructor', '--auto-issuance must be on or off or account: "constructor"'],
  ['--metadata novalue', '--metadata must be key=value: "novalue"'],
  ['--metadata a=1 --unset-metadata a', '--unset-metadata removes the key "a", which --metadata sets'],
  ['--unset-metadata ""', '--unset-metadata is empty'],
  ['--additional-email x', '--additional-email is not an e-mail address: "x"'],
  ['--additional-email a@b.example --additional-email a@b.example', 'contains an address twice'],
  ['--timezone Europe/Paris', "--timezone cannot be changed: a customer's time zone is set once"],
  ['--name "" --timezone x --email y', '--name is empty', '--timezone cannot be changed', '--email is not'],
  ['--name A --idempotency-key "a b"', '--idempotency-key must be 1 to 64'],
] as const) {
  test(`"customers update acme ${flags}" is refused, and nothing is sent`, async () => {
    expectUsage(
      await creditctl(`customers update acme ${flags} --yes`, { exchanges: [], env: orb }),
      sentences,
    );
  });
}
