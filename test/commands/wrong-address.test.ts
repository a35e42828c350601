// A 404 that is about the path, or that another server or a proxy wrote, says nothing about customers.
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { creditctl, errorOf } from '../support/command.ts';
import { freshHome } from '../support/run.ts';

const form = 'https://docs.withorb.com/reference/error-responses#404-url-not-found';
const answers = [
  ['for the path', 'application/json', `{"status":404,"title":"No such URL","type":"${form}"}`],
  ['of a proxy', 'text/html', '<html>Not found</html>'],
] as const;
const lines = [
  'reconcile $FILE',
  'batch plan $FILE --out $FILE.plan',
  'report expiring acme',
  'report movements --all',
  'customers search aaaaaaaaaaaaaaaa',
  'blocks show aaaaaaaaaaaaaaaa',
];

test.each(
  answers.flatMap((answer) => lines.map((line) => [answer[0], line, answer] as const)),
)('a 404 %s: %s does not say that a customer is missing', async (_, line, [, type, body]) => {
  const home = freshHome();
  const file = `${home}/grants.csv`;
  writeFileSync(file, 'external_customer_id,amount\nacme,5\n');
  const result = await creditctl(`${line.replaceAll('$FILE', file)} --sandbox -o json`, {
    home,
    between: async (request, exchange) =>
      request.path.endsWith('/customers')
        ? exchange(request)
        : { status: 404, headers: { 'content-type': type }, body },
  });
  expect(result).toMatchObject({ code: 4, stdout: expect.stringMatching(/^(\[\]\n)?$/) });
  expect(errorOf(result)).toMatchObject({
    message: expect.stringContaining('The API answered 404'),
    next: ['creditctl config show'],
  });
});
