// Takes the place of `bin/parts.cjs` in the single executable: what the build made is inside it.
const { getAsset, getRawAsset } = require('node:sea');

module.exports = {
  // Only a name, for the lines of a stack trace.
  dist: 'creditctl',
  /** @param {string} name of a file of `dist` @returns {Buffer} not to be written to: it is the program's own memory */
  part: (name) => Buffer.from(/** @type {ArrayBuffer} */ (getRawAsset(name))),
  /** @returns {string} */
  version: () => getAsset('version', 'utf8'),
};
