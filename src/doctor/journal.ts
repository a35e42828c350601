// The journals of writes: whether they can be read, and whether a write is left whose outcome nobody knows.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { readOwnFile } from '../platform/own-file.ts';
import { isOpen, type JournalLine, type KnownWrite, knownWrites, parseLine } from '../record/journal.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { counted } from './files.ts';
import { ok, type Verdict, warning } from './finding.ts';

/** Throws what the file system says of a folder or file that cannot be read. */
export function journalVerdict({ folders, parts }: Runtime): Verdict {
  const folder = path.join(folders.state, 'journal');
  if (!existsSync(folder)) return ok('no writes yet');
  const journals = readdirSync(folder)
    .filter((name) => name.endsWith('.ndjson'))
    .map((name) => readJournal(path.join(folder, name)));
  const writes = journals.flatMap((journal) => journal.writes);
  const damaged = journals.flatMap((journal) => (journal.damaged === 0 ? [] : [journal]));
  const unfinished = writes.filter((write) => isOpen(write) && !isUnderWay(write, parts.process));
  const all = `${counted(writes.length, 'write')} in ${counted(journals.length, 'journal')}`;
  const [first] = unfinished;
  if (first !== undefined) {
    return warning(
      `${all}, ${unfinished.length} of them unfinished, the oldest of ${first.intent.at}`,
      `Run the same command again: creditctl ${first.intent.command}`,
    );
  }
  const [file] = damaged.map((journal) => journal.file);
  if (file === undefined) return ok(all);
  const lines = damaged.reduce((sum, journal) => sum + journal.damaged, 0);
  return warning(
    `${all}, ${counted(lines, 'line')} that cannot be read`,
    `A crash may cut a line short, before anything was sent; look into ${file} if there was none`,
  );
}

interface ReadJournal {
  readonly file: string;
  readonly writes: readonly KnownWrite[];
  /** Lines that say nothing. */
  readonly damaged: number;
}

function readJournal(file: string): ReadJournal {
  const texts = readOwnFile(file)
    .split('\n')
    .filter((text) => text !== '');
  const lines = texts.map(parseLine).filter((line): line is JournalLine => line !== undefined);
  return { file, writes: knownWrites(lines), damaged: texts.length - lines.length };
}

/** Another process is at it right now. */
function isUnderWay({ intent }: KnownWrite, { runner, isAlive }: Runtime['parts']['process']): boolean {
  return intent.runner.machine === runner.machine && isAlive(intent.runner);
}
