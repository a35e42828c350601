import { expect, test } from 'vitest';
import { creditctl } from '../../support/command.ts';

test('every profile is listed with where it leads, the default one always, the one in use marked', async () => {
  const { home } = await creditctl('config set kind sandbox --profile demo');
  await creditctl('config set db /tmp/demo.db --profile demo', { home });
  await creditctl('config set mode test --profile staging', { home });
  await creditctl('config use staging', { home });
  const { code, stdout, stderr } = await creditctl('config list -o json', { home });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual([
    { name: 'default', kind: 'orb', mode: 'live', target: 'api.withorb.com', current: false },
    { name: 'demo', kind: 'sandbox', mode: 'sandbox', target: '/tmp/demo.db', current: false },
    { name: 'staging', kind: 'orb', mode: 'test', target: 'api.withorb.com', current: true },
  ]);
});

test('the embedded ledger of --sandbox, and the file of --db, are listed as in use', async () => {
  const { code, stdout } = await creditctl('config list --sandbox --db /tmp/other.db -o json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual([
    { name: 'default', kind: 'orb', mode: 'live', target: 'api.withorb.com', current: false },
    { name: 'sandbox', kind: 'sandbox', mode: 'sandbox', target: '/tmp/other.db', current: true },
  ]);
});

test('without any configuration there is the default profile, live', async () => {
  const { stdout } = await creditctl('config list -o csv');
  expect(stdout).toBe('current,name,kind,mode,target\ntrue,default,orb,live,api.withorb.com\n');
});
