// A program of its own: serves a database over HTTP until it is killed, and prints where.
import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { openSandbox, serveSandbox } from '../../../src/sandbox/sandbox.ts';

const [path = ''] = process.argv.slice(2);
const sandbox = await openSandbox({ path, now: Date.now, randomBytes });
const { baseUrl } = await serveSandbox(sandbox, { port: 0, apiKey: 'k' });
writeSync(1, `${baseUrl}\n`);
