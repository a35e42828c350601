// Lists the contents of the single executable as CycloneDX: the bundled packages, and Node with its parts.

/** Entries of `process.versions` that are numbers of interfaces and no software. */
const interfaces = new Set(['modules', 'napi', 'node', 'unicode', 'cldr', 'tz']);

/**
 * @param {Record<string, any>} installed npm's list of everything in the lock file
 * @param {{ shipped: readonly string[], versions: Record<string, string> }} contents packages as `name@version`, and the
 *   versions of Node and its parts
 */
export function billOfMaterials(installed, { shipped, versions }) {
  const known = new Map(installed.components.map((each) => [`${each.name}@${each.version}`, each]));
  const components = shipped.map((id) => {
    const found = known.get(id);
    if (found === undefined) throw new Error(`${id} is in the executable, but not in package-lock.json`);
    // The package is part of the program, even if npm installed it for development only.
    const properties = found.properties.filter(({ name }) => name !== 'cdx:npm:package:development');
    return { ...found, scope: 'required', properties };
  });
  const node = nodeOf(versions);
  const { component } = installed.metadata;
  const ids = [...components, node].map((each) => each['bom-ref']);
  const between = installed.dependencies
    .filter(({ ref }) => ids.includes(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((id) => ids.includes(id)) }));
  return {
    ...installed,
    metadata: {
      ...installed.metadata,
      lifecycles: [{ phase: 'build' }],
      component: { ...component, name: 'creditctl', type: 'application' },
    },
    components: [...components, node],
    dependencies: [
      { ref: component['bom-ref'], dependsOn: ids },
      ...between,
      { ref: node['bom-ref'], dependsOn: [] },
    ],
  };
}

/** @param {Record<string, string>} versions */
function nodeOf(versions) {
  const generic = (/** @type {string} */ name, /** @type {string} */ version) => ({
    'bom-ref': `${name}@${version}`,
    type: 'library',
    name,
    version,
    purl: `pkg:generic/${name}@${encodeURIComponent(version)}`,
  });
  const parts = Object.entries(versions).filter(([name]) => !interfaces.has(name));
  return {
    ...generic('node', versions.node ?? ''),
    type: 'platform',
    components: parts.map(([name, version]) => {
      const part = generic(name, version);
      // A package may have the same name and version as a part of Node.
      return { ...part, 'bom-ref': `node/${part['bom-ref']}` };
    }),
  };
}
