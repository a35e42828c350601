import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { creditctl, expectUsage } from '../../support/command.ts';

interface Line {
  readonly seq: number;
  readonly link: number;
  readonly at: string;
  readonly who: string;
  readonly kind: string;
  readonly key: string;
  readonly attempt: number;
  readonly prev: number;
  readonly hash: string;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

test('an auditor can recompute the chain from the export alone', async () => {
  const { home } = await creditctl('ledger add acme --amount 1 --description "é\n2" --sandbox --yes');
  await creditctl('ledger add acme --amount 2 --sandbox --yes', { home });
  const { stdout, requests } = await creditctl('history export --sandbox', { home });
  expect(requests).toEqual([]);
  let [head, link] = ['0'.repeat(64), 0];
  for (const text of stdout.trimEnd().split('\n')) {
    const { seq, at, who, kind, key, attempt, prev, hash, ...event } = JSON.parse(text) as Line;
    const body = text.slice(text.indexOf(',"body":') + ',"body":'.length, -1);
    expect(sha256([seq, at, who, kind, key, attempt, prev, sha256(body)].join('\n'))).toBe(hash);
    // Each write alone has one event a link.
    expect(event.link).toBe(link + 1);
    link = event.link;
    head = sha256([head, link, hash].join('\n'));
  }
  const { stdout: kept } = await creditctl('history head --sandbox --json link,hash', { home });
  expect(JSON.parse(kept)).toEqual([{ link, hash: head }]);
});

test.each(['-o csv', '--json seq', '--columns seq'])('%s does not fit whole events', async (flag) => {
  expectUsage(await creditctl(`history export --sandbox ${flag}`), ['ndjson']);
});
