// Removes an answered question from the screen when it is asked again, so that it is not shown twice.
import { textWidth } from '../../output/shown-text.ts';

export interface AnsweredRows {
  /** Called before a question is asked. */
  begin(): void;
  /** Called when a question was answered, and its answer is on the screen as this line. */
  answered(line: string): void;
  /** Called when a question was left with Escape: erases the answer right above, whose question is asked again. */
  left(): void;
}

export interface RowsStream {
  write(text: string): unknown;
  /** Grows with every write, so it shows whether anything else was written. */
  readonly bytesWritten?: number;
  readonly columns?: number;
}

const eraseRowAbove = '\u001b[1A\u001b[2K\r';

export function answeredRows(output: RowsStream): AnsweredRows {
  let rows = 0;
  let written: number | undefined;
  return {
    begin: () => {
      if (output.bytesWritten === undefined || output.bytesWritten !== written) rows = 0;
    },
    answered: (line) => {
      // A longer line takes an unknown number of rows.
      const isOneRow = !line.includes('\n') && textWidth(line) < (output.columns ?? 0);
      rows = isOneRow ? rows + 1 : 0;
      written = output.bytesWritten;
    },
    left: () => {
      if (rows > 0) output.write(eraseRowAbove);
      rows = Math.max(0, rows - 1);
      written = output.bytesWritten;
    },
  };
}

/** Shows the cursor, which a list hides, before the shell takes the screen. @param goOn called after the return */
export function leaveToShell(output: NodeJS.WritableStream, goOn: () => void): void {
  output.write('\u001b[?25h');
  setImmediate(goOn);
}
