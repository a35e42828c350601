// Reads what the build made, from the folders beside this one; a single executable holds it inside itself.
const { readFileSync } = require('node:fs');
const path = require('node:path');

const root = path.dirname(__dirname);
const dist = path.join(root, 'dist');

module.exports = {
  dist,
  /** @param {string} name of a file of `dist` @returns {Buffer} */
  part: (name) => readFileSync(`${dist}/${name}`),
  /** @returns {string} */
  version: () => JSON.parse(readFileSync(`${root}/package.json`, 'utf8')).version,
};
