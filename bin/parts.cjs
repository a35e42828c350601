// Reads the files of the build from the folders beside this one; a single executable embeds them.
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
