// Checks what the program stores: the journals of writes and the embedded ledger's database.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { readOwnFile } from '../platform/own-file.ts';
import { isOpen, type JournalLine, type KnownWrite, knownWrites, parseLine } from '../record/journal.ts';
import type { GlobalFlags, Runtime } from '../runtime/runtime.ts';
import { counted } from './files.ts';
import { failed, ok, type Verdict, verdictOn, warning } from './finding.ts';

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
      `${all}, ${unfinished.length} of them unfinished, the oldest from ${first.intent.at}`,
      `Run the same command again: creditctl ${first.intent.command}`,
    );
  }
  const [file] = damaged.map((journal) => journal.file);
  if (file === undefined) return ok(all);
  const lines = damaged.reduce((sum, journal) => sum + journal.damaged, 0);
  return warning(
    `${all}, ${counted(lines, 'line')} that cannot be read`,
    `A crash can cut off a line before anything is sent. If nothing crashed, look at ${file}`,
  );
}

interface ReadJournal {
  readonly file: string;
  readonly writes: readonly KnownWrite[];
  /** Lines that cannot be read. */
  readonly damaged: number;
}

function readJournal(file: string): ReadJournal {
  const texts = readOwnFile(file)
    .split('\n')
    .filter((text) => text !== '');
  const lines = texts.map(parseLine).filter((line): line is JournalLine => line !== undefined);
  return { file, writes: knownWrites(lines), damaged: texts.length - lines.length };
}

/** Another process is sending it right now. */
function isUnderWay({ intent }: KnownWrite, { runner, isAlive }: Runtime['parts']['process']): boolean {
  return intent.runner.machine === runner.machine && isAlive(intent.runner);
}

/** Changes nothing. A fault is only a warning unless the embedded ledger is the connection in use. */
export async function sandboxVerdict(flags: GlobalFlags, runtime: Runtime): Promise<Verdict> {
  const verdict = await examined(flags, runtime);
  if (verdict.status !== 'failed' || isInUse(flags, runtime)) return verdict;
  return { ...verdict, status: 'warning' };
}

async function examined(flags: GlobalFlags, runtime: Runtime): Promise<Verdict> {
  try {
    const { host: db } = runtime.place({ ...flags, sandbox: true });
    const { examineSandbox } = await import('../sandbox/sandbox.ts');
    const examination = await examineSandbox(db);
    if (examination === undefined) return ok(`no file ${db} yet; the first use creates it`);
    const { bytes, version, newest, problem } = examination;
    const size = `${db}, ${(bytes / 1e6).toFixed(1)} MB`;
    if (problem !== undefined)
      return failed(
        `${size}: ${problem}`,
        'See details: creditctl sandbox status. Start over: creditctl sandbox reset',
      );
    if (version === newest) return ok(`${size}, version ${version}`);
    return ok(`${size}, version ${version}; the next use upgrades it to ${newest}`);
  } catch (error) {
    return verdictOn(error);
  }
}

function isInUse(flags: GlobalFlags, runtime: Runtime): boolean {
  try {
    return runtime.choice(flags).kind === 'sandbox';
  } catch {
    return false;
  }
}
