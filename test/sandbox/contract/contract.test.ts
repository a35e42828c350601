// Every answer of every operation has exactly the fields and kinds that the official client declares.
import { expect, test } from 'vitest';
import { notModelled } from '../../../src/sandbox/server/not-modelled.ts';
import { routes } from '../../../src/sandbox/server/routes.ts';
import { type Declarations, knownOperations, readDeclarations } from './declarations.ts';
import { Fitting } from './fits.ts';
import { type Exchanged, walk } from './walk.ts';

const named = (operation: string): string => operation.replace(/\{[^}]*\}/g, '{}');
const served = routes.map(([method, path]) => `${method} ${path}`);
/** Refused by routes of their own, because another route would take them. */
const refused = ['GET /invoices/summary', 'GET /invoices/upcoming'];

function problemsOf(exchanged: Exchanged, declarations: Declarations): readonly string[] {
  const { json, status } = exchanged;
  if (status >= 400) return errorProblems(exchanged, declarations);
  const answered = declarations.operations.get(named(exchanged.operation));
  const fitting = new Fitting(declarations.checker);
  if (answered === undefined) return ['is no operation of the client'];
  if (answered.is === 'nothing') return json === undefined && status === 204 ? [] : ['has a body'];
  if (answered.is === 'document') return fitting.misfits(json, answered.type);
  const { data, pagination_metadata: page, ...others } = json;
  if (Object.keys(others).length > 0 || data.length === 0) return ['is no page with something on it'];
  if (page.has_more !== (page.next_cursor !== null) || Object.keys(page).length !== 2) return ['is no page'];
  return data.flatMap((item: unknown) => fitting.misfits(item, answered.type, 'item'));
}

function errorProblems({ json, status }: Exchanged, { errors, checker }: Declarations): readonly string[] {
  const type = errors.get(String(json.type).split('#')[1] ?? '');
  if (type === undefined || json.status !== status) return [`is no error of the client: ${json.type}`];
  return new Fitting(checker).misfits(json, type);
}

const declarations = readDeclarations(new Set(served.map(named)));
let exchanged: readonly Exchanged[] = [];

test('every answer is as declared, errors included', async () => {
  // A walk closes its sandbox with its test; what was answered is looked at in the next ones, too.
  exchanged = await walk();
  const problems = exchanged.flatMap((each) =>
    problemsOf(each, declarations).map((problem) => `${each.request} ${each.status}: ${problem}`),
  );
  expect([...new Set(problems)]).toEqual([]);
});

test('every operation was answered both ways, as far as it can be', () => {
  const operations = (isWanted: (status: number) => boolean) =>
    new Set(exchanged.filter(({ status }) => isWanted(status)).map(({ operation }) => operation));
  const done = operations((status) => status < 400);
  const failed = operations((status) => status >= 400);
  expect(served.filter((each) => !done.has(each)).sort()).toEqual([...refused].sort());
  expect(served.filter((each) => !failed.has(each))).toEqual([]);
});

test('a field too many, one too few and one of another kind are found', () => {
  const customer = exchanged.find(({ operation }) => operation === 'GET /customers/{customer_id}');
  if (customer === undefined) throw new Error('no customer was shown');
  const problems = (changes: object): readonly string[] =>
    problemsOf({ ...customer, json: { ...customer.json, ...changes } }, declarations);
  expect(problems({})).toEqual([]);
  expect(problems({ discounts: [] })).toEqual(['body.discounts is no field of Customer']);
  expect(problems({ balance: 0 })).toEqual(['body.balance: 0 is not string']);
  expect(problems({ payment_provider: 'none' })[0]).toContain('body.payment_provider');
  expect(problems({ hierarchy: { parent: null } })).toEqual(['body.hierarchy.children is missing']);
  expect(problems({ metadata: { a: 1 } })).toEqual(['body.metadata.a: 1 is not string']);
  expect(problems({ additional_emails: [null] })).toEqual(['body.additional_emails[0]: null is not string']);
  const error = exchanged.find(({ status }) => status === 400);
  if (error === undefined) throw new Error('nothing was refused');
  const odd = { ...error, json: { ...error.json, hint: 'x' } };
  expect(problemsOf(odd, declarations)).toHaveLength(1);
});

test('an operation that the client knows has a route or is said not to be available', () => {
  const own = new Set([...served.map(named), ...refused]);
  const other = knownOperations().filter((operation) => !own.has(operation));
  expect(other.length).toBeGreaterThan(80);
  const unknown = other.filter((operation) => {
    const [method = '', path = ''] = operation.replaceAll('{}', 'x').split(' ');
    return notModelled(method, path)?.kind !== '404-feature-not-available';
  });
  expect(unknown).toEqual([]);
});
