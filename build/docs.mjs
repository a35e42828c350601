// Generates the documents that describe the program: the command reference, the manual page, the error
// gallery, the recorded sessions and their pictures.
//
//   npm run docs               writes them
//   npm run docs -- --check    fails if a document differs from what would be written
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { burndownSession, burndownTitle } from './docs/burndown.mjs';
import { commandReference } from './docs/command-reference.mjs';
import { errorGallery } from './docs/error-pages.mjs';
import { manualPage } from './docs/manual-page.mjs';
import { picture } from './docs/picture.mjs';
import { loadProgram, root } from './docs/program.mjs';
import { schemas } from './docs/schemas.mjs';
import { session, sessions, sessionText, titles } from './docs/session.mjs';
import { statementExample, statementPicture } from './docs/statement.mjs';

const program = await loadProgram();
const readme = read('README.md');
const made = {
  'docs/commands.md': commandReference(program),
  'docs/errors.md': await errorGallery(program),
  ...(await schemas(program)),
  'man/creditctl.1': manualPage(program, releaseDate(read('CHANGELOG.md'))),
  'README.md': withSession(readme, sessionText(await session(program, sessions.session, false))),
};
for (const [name, lines] of Object.entries(sessions))
  made[`docs/${name}.svg`] = picture(await session(program, lines, true), titles[name]);
made['docs/burndown.svg'] = picture(await burndownSession(program), burndownTitle);
const statement = await statementExample(program);
made['docs/examples/statement.html'] = statement;
made['docs/statement.svg'] = statementPicture(statement);

const stale = Object.entries(made).filter(([file, text]) => read(file) !== text);
if (process.argv.includes('--check')) {
  for (const [file] of stale) console.error(`${file} is not what the program says now; run: npm run docs`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const [file, text] of stale) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
    console.log(`${file} is written`);
  }
}

/** The day of the newest released version. */
function releaseDate(changes) {
  const date = /^## \S+ \((\d{4}-\d{2}-\d{2})\)$/m.exec(changes)?.[1];
  if (date === undefined) throw new Error('CHANGELOG.md has no version with its day');
  return date;
}

function withSession(text, recorded) {
  const [before, rest] = cut(text, '<!-- session -->\n');
  const [, after] = cut(rest, '<!-- end of session -->');
  return `${before}<!-- session -->\n\`\`\`text\n${recorded}\n\`\`\`\n<!-- end of session -->${after}`;
}

function cut(text, mark) {
  const at = text.indexOf(mark);
  if (at === -1) throw new Error(`README.md has no ${mark.trim()}`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}

function read(file) {
  try {
    return readFileSync(path.join(root, file), 'utf8');
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return '';
    throw error;
  }
}
