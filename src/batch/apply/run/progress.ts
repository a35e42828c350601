// Shows the progress of a batch: a bar on a terminal, otherwise a line every ten seconds.

import { progressLine, progressText } from '../../../output/terminal/progress.ts';
import type { Runtime } from '../../../runtime/runtime.ts';
import type { Tally } from './write-rows.ts';

/** Milliseconds between two updates. */
const drawEvery = 150;
const noteEvery = 10_000;

export type Progress = ReturnType<typeof trackProgress>;

export function trackProgress(total: number, tally: Tally, runtime: Runtime) {
  const { terminal, system, noteStyle } = runtime;
  const begun = system.monotonic();
  let lastShown = begun;
  let isDrawn = false;
  const done = (): number => tally.succeeded + tally.refused + tally.held + tally.unknown;
  const seconds = (): number => (system.monotonic() - begun) / 1000;
  const rate = (): number => done() / Math.max(0.001, seconds());
  const now = () => {
    const { refused: failed, held, unknown } = tally;
    return { done: done(), total, rate: rate(), failed, held, unknown };
  };
  const isBar = terminal.noteWidth !== undefined && noteStyle === 'text' && runtime.isPlain !== true;
  return {
    /** Rows per second since the start. */
    rate,
    /** Seconds since the start. */
    seconds,
    /** Call this when a row has ended. */
    step: (): void => {
      const at = system.monotonic();
      if (at - lastShown < (isBar ? drawEvery : noteEvery)) return;
      lastShown = at;
      if (isBar) {
        isDrawn = true;
        terminal.draw(progressLine(now(), terminal.noteWidth ?? 80));
      } else {
        const { rate: perSecond, ...counts } = now();
        runtime.note({
          text: progressText(now()),
          data: { progress: { ...counts, rows_per_second: Math.round(perSecond * 10) / 10 } },
        });
      }
    },
    /** Clears the progress bar. */
    end: (): void => {
      if (isDrawn) terminal.draw('');
    },
  };
}
