#!/usr/bin/env node
// Starts the program: `boot.cjs` and what it needs, which the build makes one file of, because one is found sooner than four.
require(`${__dirname}/../dist/boot.js`);
