// Erases an answered question from the screen when it is asked again.
import { textWidth } from '../../output/text-width.ts';

export interface AnsweredRows {
  /** A question is about to be asked. */
  begin(): void;
  /** It was answered, and stands on the screen as this line. */
  answered(line: string): void;
  /** It was left: if the one before stands right above, that goes from the screen, since it is asked again. */
  left(): void;
}

export interface RowsStream {
  write(text: string): unknown;
  /** Tells whether anything else was written since. */
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
      // How a longer line is broken is not known.
      rows = textWidth(line) < (output.columns ?? 0) ? rows + 1 : 0;
      written = output.bytesWritten;
    },
    left: () => {
      if (rows > 0) output.write(eraseRowAbove);
      rows = Math.max(0, rows - 1);
      written = output.bytesWritten;
    },
  };
}
