// Replaces `@napi-rs/keyring` in the single executable: native code loads only from a file, so this copies the code
// to the user's cache folder first.
const { constants } = require('node:os');
const { codeCache } = require('../../bin/code-cache.cjs');
const { part, version } = require('../../bin/parts.cjs');

const file = codeCache(version()).fileOf('keyring.node', part('keyring.node'));
const addon = { exports: {} };
process.dlopen(addon, file, constants.dlopen.RTLD_LAZY);
module.exports = addon.exports;
