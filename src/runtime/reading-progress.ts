// Shows on stderr how much a report has read, once the reading takes longer than a second. An interruption ends the reading.
import type { Runtime } from '../runtime/runtime.ts';

/** Milliseconds: before the first update, between updates on a terminal, and between updates in a log. */
const patience = 1_000;
const drawEvery = 150;
const noteEvery = 10_000;

/** The parts of the runtime that the progress needs. */
export interface ReadingContext extends Pick<Runtime, 'noteStyle' | 'note' | 'isPlain' | 'interruption'> {
  readonly terminal: Pick<Runtime['terminal'], 'noteWidth' | 'draw'>;
  readonly system: Pick<Runtime['system'], 'monotonic'>;
}

/** @param noun what is read */
export function readingProgress(
  { terminal, system, noteStyle, note, isPlain, interruption }: ReadingContext,
  noun: 'entries' | 'events' = 'entries',
) {
  const isDrawn = terminal.noteWidth !== undefined && noteStyle === 'text' && isPlain !== true;
  const begun = system.monotonic();
  let next = begun + (isDrawn ? patience : noteEvery);
  let done = 0;
  let isShown = false;
  let isPaused = false;
  const clear = (): void => {
    if (isShown) terminal.draw('');
    isShown = false;
  };
  return {
    /** Counts one entry that was read. Throws the reason of an interruption. */
    step: (): void => {
      interruption.throwIfAborted();
      done += 1;
      const at = system.monotonic();
      if (at < next || isPaused) return;
      next = at + (isDrawn ? drawEvery : noteEvery);
      const rate = Math.round((done * 1000) / Math.max(1, at - begun));
      const text = `${done} ${noun} read · ${rate}/s`;
      if (!isDrawn) {
        note({ text, data: { progress: { [noun]: done, [`${noun}_per_second`]: rate } } });
        return;
      }
      isShown = true;
      terminal.draw(text.slice(0, (terminal.noteWidth ?? 80) - 1));
    },
    /** Clears the drawn line. Callers do this before they print anything. */
    clear,
    /** Clears the line before a row is printed. Nothing is drawn until `resume`, though reading goes on. */
    pause: (): void => {
      isPaused = true;
      clear();
    },
    resume: (): void => {
      isPaused = false;
      // The printed row is still on its way to the terminal.
      next = Math.max(next, system.monotonic() + (isDrawn ? drawEvery : 0));
    },
  };
}
