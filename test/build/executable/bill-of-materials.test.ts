// What is in the executable is named, and nothing that only made or tested it.
import { expect, test } from 'vitest';

interface Component {
  readonly name: string;
  readonly scope?: string;
  readonly properties?: readonly object[];
  readonly components?: readonly object[];
}

interface Made {
  readonly metadata: { readonly component: object };
  readonly components: readonly Component[];
  readonly dependencies: readonly object[];
}

const script = new URL('../../../build/executable/bill-of-materials.mjs', import.meta.url);
const { billOfMaterials } = (await import(script.href)) as {
  billOfMaterials: (installed: object, contents: object) => Made;
};

const component = (name: string, version: string) => ({
  'bom-ref': `${name}@${version}`,
  type: 'library',
  name,
  version,
  scope: 'optional',
  properties: [{ name: 'cdx:npm:package:development', value: 'true' }],
});

const installed = {
  metadata: { component: { 'bom-ref': 'creditctl@1.0.0', type: 'library', name: 'clone' } },
  components: [component('big.js', '7.0.1'), component('pg', '8.0.0'), component('vitest', '4.1.11')],
  dependencies: [
    { ref: 'creditctl@1.0.0', dependsOn: ['big.js@7.0.1', 'vitest@4.1.11'] },
    { ref: 'pg@8.0.0', dependsOn: ['big.js@7.0.1', 'vitest@4.1.11'] },
  ],
};
const versions = { node: '26.10.0', openssl: '3.5.0', modules: '147' };

test('what ships is named with its dependencies, and so are Node and what it brings', () => {
  const shipped = ['big.js@7.0.1', 'pg@8.0.0'];
  const made = billOfMaterials(installed, { shipped, versions });
  expect(made.components.map(({ name, scope }) => [name, scope])).toEqual([
    ['big.js', 'required'],
    ['pg', 'required'],
    ['node', undefined],
  ]);
  expect(made.components[0]?.properties).toEqual([]);
  expect(made.components[2]?.components).toMatchObject([{ purl: 'pkg:generic/openssl@3.5.0' }]);
  expect(made.metadata.component).toMatchObject({ name: 'creditctl', type: 'application' });
  expect(made.dependencies).toEqual([
    { ref: 'creditctl@1.0.0', dependsOn: ['big.js@7.0.1', 'pg@8.0.0', 'node@26.10.0'] },
    { ref: 'pg@8.0.0', dependsOn: ['big.js@7.0.1'] },
    { ref: 'node@26.10.0', dependsOn: [] },
  ]);
});

test('a package that the lock file does not name stops it', () => {
  expect(() => billOfMaterials(installed, { shipped: ['big.js@6.0.0'], versions })).toThrow('big.js@6.0.0');
});
