// The same for longer, with the built program: SOAK_ALTERED changes.
import { expect, test } from 'vitest';
import { built, cleanEnvironment } from '../../support/built-program.ts';
import { canSign } from '../../support/signers.ts';
import { expectNoneApplied, homeOfSigned } from './altered-plan.ts';

const count = Number(process.env.SOAK_ALTERED ?? 200);

test.skipIf(!canSign)(
  `a signed plan that is changed in ${count} ways, one after the other`,
  async () => {
    const home = await homeOfSigned();
    const env = cleanEnvironment(home);
    const done = async (words: string): Promise<string> => {
      const { code, stdout, stderr } = await built(words.split(' '), env);
      expect(code, stderr).toBe(0);
      return stdout;
    };
    // By the clock of this machine.
    await done(`batch plan ${home}/x.csv --out ${home}/x.plan --force --profile p`);
    const entries = async (): Promise<number> => {
      const lists = await Promise.all(
        ['acme', 'globex'].map((who) => done(`ledger list ${who} --all --profile p --json id`)),
      );
      return lists.flatMap((list) => JSON.parse(list) as unknown[]).length;
    };
    const apply = async () => {
      const before = await entries();
      const { code, stderr } = await built(
        ['batch', 'apply', `${home}/x.plan`, '--profile', 'p', '--yes'],
        env,
      );
      return { code, text: stderr, wrote: (await entries()) > before };
    };
    await expectNoneApplied(home, apply, count);
  },
  3_600_000,
);
