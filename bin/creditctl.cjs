#!/usr/bin/env node
// Starts the program from one built file: Node finds one file sooner than the four that `boot.cjs` needs.
require(`${__dirname}/../dist/boot.js`);
