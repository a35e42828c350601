// Whatever is changed in a plan, its sums, its signatures or the file of signers: nothing of it is applied.
import { test } from 'vitest';
import { creditctl } from '../../support/command.ts';
import { runs } from '../../support/runs.ts';
import { canSign } from '../../support/signers.ts';
import { expectNoneApplied, homeOfSigned } from './altered-plan.ts';

test.skipIf(!canSign)('no plan is applied of which anything was changed after it was signed', async () => {
  const home = await homeOfSigned();
  const apply = async () => {
    const { code, stderr, requests } = await creditctl(`batch apply ${home}/x.plan --profile p --yes`, {
      home,
    });
    return { code, text: stderr, wrote: requests.some(({ method }) => method !== 'GET') };
  };
  await expectNoneApplied(home, apply, runs(30));
});
