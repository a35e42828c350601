// Reads a plan: checks the whole file against its hash, then reads lines from the same open file.
import { openPlanFile, planTail } from './plan-file.ts';
import {
  noPlan,
  readAccount,
  readEnd,
  readHeaderLine,
  readRowLine,
  readSameRowLine,
} from './plan-line-reading.ts';
import type { Plan, PlanRow } from './plan-lines.ts';
import { lineAt, placedLines, samePieces } from './plan-pieces.ts';

/**
 * Opens a plan after checking its hash. Throws a `usage` error if the file is not a plan, and a `refused` error if it is
 * cut short. Reading a line that creditctl would write differently is a `refused` error. The open file stays the source
 * even if another file takes its name; a piece that changed meanwhile is a `refused` error before any of its rows.
 * @param copy path of a copy to make and read instead: then later changes of the file have no effect
 */
export async function openPlan(file: string, copy?: string): Promise<Plan> {
  const { handle, sha256, accountsAt, ...read } = await openPlanFile(file, copy);
  try {
    const bytesFrom = (from: number) => samePieces(handle, read, { file, from });
    const header = readHeaderLine(read.header, file);
    const end = readEnd(read.last, file);
    const hashedBytes = async function* () {
      // A copy, because the caller may keep the piece and the next piece overwrites the buffer.
      for await (const piece of bytesFrom(0)) yield Buffer.from(piece);
    };
    const readRow = (line: string, place?: number): PlanRow => readRowLine({ line, place }, file);
    let isRead = false;
    const rowGroups = async function* () {
      // The first reading checked these bytes strictly, and `samePieces` proves that they did not change.
      const readLine = isRead ? readSameRowLine : readRowLine;
      yield* rowsOf(bytesFrom(0), (line, place) => readLine({ line, place }, file));
      isRead = true;
    };
    return {
      header,
      end: { ...end, sha256 },
      rows: async function* () {
        for await (const group of rowGroups()) yield* group;
      },
      rowGroups,
      placedRows: async function* () {
        for await (const { line, start } of placedLines(handle))
          if (line.startsWith('{"row":')) yield { row: readRow(line), start };
      },
      rowAt: (start) => readRow(lineAt(handle, start)),
      accounts: async function* () {
        let place = end.rows + 1;
        for await (const found of lines(bytesFrom(accountsAt))) {
          for (const line of found) {
            place += 1;
            if (isEnd(line)) return;
            yield readAccount({ line, place }, file);
          }
        }
      },
      bytes: async function* () {
        yield* hashedBytes();
        yield Buffer.from(planTail(sha256));
      },
      hashedBytes,
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error instanceof SyntaxError ? noPlan(file, 'is not a plan of creditctl') : error;
  }
}

/** Only rows stand between the header and the accounts. */
async function* rowsOf(
  bytes: AsyncIterable<Uint8Array>,
  readRow: (line: string, place: number) => PlanRow,
): AsyncGenerator<readonly PlanRow[]> {
  let place = 0;
  for await (const found of lines(bytes)) {
    const stop = found.findIndex((line) => line.startsWith('{"account":') || isEnd(line));
    const here = stop === -1 ? found : found.slice(0, stop);
    const before = place;
    place += here.length;
    yield here.flatMap((line, index) => (before + index === 0 ? [] : [readRow(line, before + index + 1)]));
    if (stop !== -1) return;
  }
}

const isEnd = (line: string): boolean => line.startsWith('{"end":');

/** The lines that end in each piece of the file. @param bytes from the start of a line */
async function* lines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of bytes) {
    const found = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = found.pop() ?? '';
    yield found;
  }
}
