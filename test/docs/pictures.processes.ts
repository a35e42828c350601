// The pictures of the documents: what the built program prints, drawn again.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { read, root } from './documents.ts';

test('the pictures of sessions are what the program prints now', async () => {
  const part = (name: string) => import(pathToFileURL(path.join(root, 'build/docs', name)).href);
  const { loadProgram } = await part('program.mjs');
  const { session, sessions, titles } = await part('session.mjs');
  const { picture } = await part('picture.mjs');
  const program = await loadProgram();
  for (const [name, lines] of Object.entries(sessions)) {
    const drawn = picture(await session(program, lines, true), titles[name]);
    // A comparison by `toBe` would print the whole picture.
    expect(drawn === read(`docs/${name}.svg`), `docs/${name}.svg is stale; run: npm run docs`).toBe(true);
    expect(drawn).not.toMatch(/<image|<script|href/);
  }
}, 120_000);
