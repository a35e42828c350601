// Rewrites esbuild's chunks so that a start runs less code: imports load at their first use, and chunks share helpers.

/**
 * Removes imports without names, which only run a module: the modules here only define exports. Leaves the empty lines,
 * because the source map counts lines.
 * @param {string} code
 */
export function withoutBareImports(code) {
  return code.replace(/^import "\.\/[^"]+";$/gm, '');
}

/**
 * Loads each import at its first use: a command runs only the modules that it needs.
 * @param {string} code
 */
export function importedWhereUsed(code) {
  const declared = /\b(import_[\w$]+)=((?:__toESM\()?require\("[^"]+"\)\)?)/g;
  const names = new Set([...code.matchAll(declared)].map(([, name]) => name));
  const lazy = code
    .replace(/\bnew (import_[\w$]+)((?:\.[\w$]+)+)/g, (text, name, members) =>
      names.has(name) ? `new(${name}()${members})` : text,
    )
    .replace(/\b(import_[\w$]+)\./g, (text, name) => (names.has(name) ? `${name}().` : text))
    .replace(declared, '$1$,$1=()=>$1$$??=$2');
  for (const [text, name] of lazy.matchAll(/\b(import_[\w$]+)\b(?![$]|\(\)\.|=\(\)=>)/g))
    if (names.has(name)) throw new Error(`${text} is used in a way that the build does not know`);
  return lazy;
}

/**
 * esbuild puts the same helpers into each chunk; the loader passes them as `__give` and `__toESM` instead.
 * @param {string} code
 */
export function withoutHelpers(code) {
  const [, helpers = '', given = '', rest = code] =
    /^(.*?)\bvar stdin_exports={};__export\(stdin_exports,({.*?})\);module\.exports=__toCommonJS\(stdin_exports\);(.*)$/s.exec(
      code,
    ) ?? [];
  const others = [...helpers.matchAll(/\b(__\w+)=/g)]
    .map(([, name]) => name)
    .filter((name) => name !== '__toESM');
  if (given === '' || others.some((name) => rest.includes(name))) return code;
  return `"use strict";__give(exports,${given});${rest}`;
}
