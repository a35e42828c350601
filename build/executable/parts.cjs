// Replaces `bin/parts.cjs` in the single executable, which embeds the files of the build.
const { getAsset, getRawAsset } = require('node:sea');

module.exports = {
  // Only a name, for the lines of a stack.
  dist: 'creditctl',
  /** @param {string} name of a file of `dist` @returns {Buffer} read-only: the memory of the program itself */
  part: (name) => Buffer.from(/** @type {ArrayBuffer} */ (getRawAsset(name))),
  /** @returns {string} */
  version: () => getAsset('version', 'utf8'),
};
