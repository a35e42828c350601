// Changes of a signed plan, of its signatures and of the file of signers, of which none may be applied.
import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect } from 'vitest';
import { rehashed } from '../../support/plans.ts';
import { annAndBob, homeToSign, signatureOf, signerLine } from '../../support/signers.ts';

/** Where in a text something is changed, and into what. */
interface Choice {
  readonly at: number;
  readonly into: string;
}

type Files = Readonly<Record<'plan' | 'sigs' | 'signers', string>>;

/** Signatures of the same plan that do not count beside Ann's. */
interface Spare {
  /** By a key that no signers file names. */
  readonly stranger: string;
  /** By another key of Ann's, which the signers file names. */
  readonly annAgain: string;
  /** By Bob, for another use. */
  readonly forGit: string;
  /** By Bob, of another plan. */
  readonly ofOther: string;
}

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
const changes: Readonly<Record<string, (files: Files, choice: Choice, spare: Spare) => Partial<Files>>> = {
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
  'the order of its rows': ({ plan }) => ({
    plan: rehashed(plan.replace(/(\{"row":1,[^\n]*\n)(\{"row":2,[^\n]*\n)/, '$2$1')),
  }),
  'what its header says': ({ plan }, { at }) => {
    const heads = [
      [/"planned_by":"[^"]*"/, '"planned_by":"eve"'],
      [/"planned_at":"20(\d\d)/, '"planned_at":"21$1'],
      [/(?<="planned_at":"[^"]*)\d(?=Z)/, '7'],
      [/"mode":"\w+"/, '"mode":"live"'],
      [/"origin":"[^"]*"/, '"origin":"https://api.withorb.com"'],
      [/"ledger":"\w/, '"ledger":"~'],
      [/"customers":\["\w+",/, '"customers":['],
      [/"batch":\{"id":"[^"]+","is_named":false\}/, '"batch":{"id":"may","is_named":true}'],
    ] as const;
    const [what, by] = heads[at % heads.length] ?? heads[0];
    return { plan: rehashed(plan.replace(what, by)) };
  },
  'bytes around its lines': ({ plan }, { at }) => {
    const wrapped = [
      `\uFEFF${plan}`,
      plan.replaceAll('\n', '\r\n'),
      plan.replace('"sha256"', ' "sha256"'),
      plan.replace(',"sha256"', ';"sha256"'),
      plan.replace('\n', '\n\n'),
      plan.replace('{"end"', '\0{"end"'),
    ];
    return { plan: rehashed(wrapped[at % wrapped.length] ?? '') };
  },
  'whose signatures they are': ({ sigs }, { at }, spare) => {
    const [ann = ''] = sigs.split(/(?<=END SSH SIGNATURE-----\n)/);
    const others = [spare.stranger, spare.annAgain, spare.forGit, spare.ofOther];
    const second = others[at % others.length] ?? '';
    return { sigs: at % 3 === 0 ? second + ann : ann + second };
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
    // The third one is another key of a person whose first one signed.
    const match = pick(signers, /(?<=ssh-ed25519 )\S+/g, choice.at % 2);
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
        signers.replace(/^bob/m, 'bob cert-authority'),
        signers.replace(/^bob/m, '"bob,*@example.com"'),
        signers.replace(/^bob/m, '!bob'),
        signers.replace(/^bob/m, '"ann"').replaceAll('\n', '\r\n'),
        `\uFEFF${signers.replace(/^bob/m, 'ann')}`,
        signers.replace(/^bob/m, '\u00a0ann'),
        signers.replace(/^bob/m, 'ann\0'),
        signers.replace(/^(bob.*)$/m, '# $1'),
        '',
      ][at % 19] ?? '',
  }),
};

const names = Object.keys(changes);
const fileNames = ['plan', 'sigs', 'signers'] as const;

/** Two persons may sign, of whom one has two keys. */
export const homeOfSigned = (): Promise<string> => homeToSign(annAndBob() + signerLine('ann', 'ann-2'));

/** How an apply of the plan in the home ended, and whether anything was written. */
export type Apply = () => Promise<{
  readonly code: number | undefined;
  readonly text: string;
  readonly wrote: boolean;
}>;

/** Changes the files of a home, one thing at a time, and demands that none of it is applied; unchanged it is. */
export async function expectNoneApplied(home: string, apply: Apply, numRuns: number): Promise<void> {
  const plan = `${home}/x.plan`;
  const write = ({ plan: text, sigs, signers }: Files): void => {
    writeFileSync(plan, text);
    writeFileSync(`${plan}.sigs`, sigs);
    writeFileSync(`${home}/signers`, signers);
  };
  const spare = {
    stranger: signatureOf(plan, 'mallory'),
    annAgain: signatureOf(plan, 'ann-2'),
    forGit: signatureOf(plan, 'bob', 'git'),
    ofOther: signatureOf(`${home}/x.csv`, 'bob'),
  };
  const files = {
    plan: readFileSync(plan, 'utf8'),
    sigs: signatureOf(plan, 'ann') + signatureOf(plan, 'bob'),
    signers: readFileSync(`${home}/signers`, 'utf8'),
  };
  const choice = fc.record({
    what: fc.constantFrom(...names),
    at: fc.nat(100_000),
    into: fc.constantFrom(...'0123456789abcxyz",:{}[] '),
  });
  await fc.assert(
    fc.asyncProperty(choice, async ({ what, ...chosen }) => {
      const changed = { ...files, ...changes[what]?.(files, chosen, spare) };
      // A digit of the hash itself is put right again.
      fc.pre(fileNames.some((name) => changed[name] !== files[name]));
      write(changed);
      const { code, text, wrote } = await apply();
      expect(wrote, what).toBe(false);
      expect([2, 10], `${what}: ${text}`).toContain(code);
    }),
    { numRuns },
  );
  // As it was signed it is applied, so it was the change that kept each of them back.
  write(files);
  const { code, text, wrote } = await apply();
  expect([code, wrote], text).toEqual([0, true]);
}
