// TypeScript with its syntax trees, for the rules that read the source.
import { createRequire } from 'node:module';
import type TS from 'typescript-api';

/** An `import` looks through nine megabytes for names to export first, which takes twice as long as to load them. */
export const ts = createRequire(import.meta.url)('typescript-api') as typeof TS;
