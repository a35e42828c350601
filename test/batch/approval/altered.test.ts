// Whatever is changed in a plan, its sums, its signatures or the file of signers: nothing of it is applied.
import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { creditctl } from '../../support/command.ts';
import { rehashed } from '../../support/plans.ts';
import { copyOfHome } from '../../support/run.ts';
import { runs } from '../../support/runs.ts';
import { annAndBob, canSign, homeToSign, signatureOf } from '../../support/signers.ts';

/** Where in a text something is changed, and into what. */
interface Choice {
  readonly at: number;
  readonly into: string;
}

type Files = Readonly<Record<'plan' | 'sigs' | 'signers', string>>;

const pick = (text: string, pattern: RegExp, at: number): RegExpMatchArray => {
  const found = [...text.matchAll(pattern)];
  const match = found[at % found.length];
  if (match === undefined) throw new Error(`nothing like ${pattern} in ${text}`);
  return match;
};

const replaced = (text: string, { index = 0, 0: old }: RegExpMatchArray, by: string): string =>
  text.slice(0, index) + by + text.slice(index + old.length);

const other = (old: string, letters: string, { at }: Choice): string => {
  const rest = letters.replace(old, '');
  return rest[at % rest.length] ?? '';
};

const digits = '0123456789';
const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Each changes one thing; the hash of a plan is made to fit by whoever changes it. */
const changes: Readonly<Record<string, (files: Files, choice: Choice) => Partial<Files>>> = {
  'a character of the plan': ({ plan }, choice) => {
    const match = pick(plan, /[^\n]/g, choice.at);
    const by = choice.into === match[0] ? '~' : choice.into;
    return { plan: rehashed(replaced(plan, match, by)) };
  },
  'a character, and not the hash': ({ plan }, choice) => {
    const match = pick(plan, /[^\n]/g, choice.at);
    return { plan: replaced(plan, match, choice.into === match[0] ? '~' : choice.into) };
  },
  'a number of the plan': ({ plan }, choice) => {
    const match = pick(plan, /(?<=[:{,][^"\n]{0,20})\d/g, choice.at);
    return { plan: rehashed(replaced(plan, match, other(match[0], digits, choice))) };
  },
  'a sum, in all its places': ({ plan }, { at }) => {
    const [from, to] = at % 2 === 0 ? ['600', '60'] : ['1100', '110'];
    return { plan: rehashed(plan.replaceAll(`:${from}`, `:${to}`)) };
  },
  'a row, taken out or doubled': ({ plan }, { at }) => {
    const match = pick(plan, /\{"row":[^\n]*\n/g, at);
    return { plan: rehashed(replaced(plan, match, at % 3 === 0 ? match[0] + match[0] : '')) };
  },
  'a character of a signature': ({ sigs }, choice) => {
    const match = pick(sigs, /(?<=\n)[A-Za-z0-9+/]{20,}={0,2}(?=\n)/g, choice.at);
    const inside = pick(match[0], /[A-Za-z0-9+/]/g, choice.at);
    const line = replaced(match[0], inside, other(inside[0], base64, choice));
    return { sigs: replaced(sigs, match, line) };
  },
  'the number of signatures': ({ sigs }, { at }) => {
    const [, first = '', second = ''] = /^(.*?END SSH SIGNATURE-----\n)(.*)$/s.exec(sigs) ?? [];
    return { sigs: [first, second, first + first, second + second, ''][at % 5] ?? '' };
  },
  'a key of a signer': ({ signers }, choice) => {
    const match = pick(signers, /(?<=ssh-ed25519 )\S+/g, choice.at);
    // Up to here all keys of a kind are the same, and whatever follows is the key itself.
    const inside = pick(match[0].slice(28), /[A-Za-z0-9+/]/g, choice.at);
    const key =
      match[0].slice(0, 28) + replaced(match[0].slice(28), inside, other(inside[0], base64, choice));
    return { signers: replaced(signers, match, key) };
  },
  'who the signers are': ({ signers }, { at }) => ({
    signers:
      [
        signers.replace(/^bob/m, 'ann'),
        signers.replace(/^bob/m, 'ANN'),
        signers.replace(/^bob/m, 'ann,bob'),
        signers.replace(/^bob .*\n/m, ''),
        signers.replace(/^bob/m, '*'),
        signers.replace(/^bob/m, 'bob valid-before="20250101"'),
        signers.replace(/^bob/m, 'bob valid-after="29990101"'),
        signers.replace(/^bob/m, 'bob namespaces="file"'),
        signers.replace(/^bob/m, '#bob'),
        '',
      ][at % 10] ?? '',
  }),
};

const names = Object.keys(changes);

test.skipIf(!canSign)('no plan is applied of which anything was changed after it was signed', async () => {
  const home = await homeToSign(annAndBob());
  const plan = `${home}/x.plan`;
  const sigs = signatureOf(plan, 'ann') + signatureOf(plan, 'bob');
  writeFileSync(`${plan}.sigs`, sigs);
  const files = { plan: readFileSync(plan, 'utf8'), sigs, signers: readFileSync(`${home}/signers`, 'utf8') };
  const work = copyOfHome(home);
  await creditctl(`config set policy.approval.signers ${work}/signers --profile p`, { home: work });
  const apply = () => creditctl(`batch apply ${work}/x.plan --profile p --yes`, { home: work });
  const write = ({ plan: text, sigs: signatures, signers }: Files): void => {
    writeFileSync(`${work}/x.plan`, text);
    writeFileSync(`${work}/x.plan.sigs`, signatures);
    writeFileSync(`${work}/signers`, signers);
  };
  const choice = fc.record({
    what: fc.constantFrom(...names),
    at: fc.nat(100_000),
    into: fc.constantFrom(...'0123456789abcxyz",:{}[] '),
  });
  await fc.assert(
    fc.asyncProperty(choice, async ({ what, ...chosen }) => {
      const changed = { ...files, ...changes[what]?.(files, chosen) };
      expect(changed, what).not.toEqual(files);
      write(changed);
      const result = await apply();
      expect(
        result.requests.filter(({ method }) => method !== 'GET'),
        what,
      ).toEqual([]);
      expect([2, 10], `${what}: ${result.stderr}`).toContain(result.code);
    }),
    { numRuns: runs(30) },
  );
  // As it was signed it is applied, so it was the change that kept each of them back.
  write(files);
  expect((await apply()).code).toBe(0);
});
