// Shows on stderr how much was read, once the reading takes longer than a second. An interruption ends the reading.
import { counted } from '../credits/exact.ts';
import type { ReadingProgress, Runtime } from './runtime.ts';

/** Milliseconds: before the first update, between updates on a terminal, and between updates in a log. */
const patience = 1_000;
const drawEvery = 150;
const noteEvery = 10_000;

/** The parts of the runtime that the progress needs. */
export interface ReadingContext extends Pick<Runtime, 'noteStyle' | 'note' | 'isPlain' | 'interruption'> {
  readonly terminal: Pick<Runtime['terminal'], 'noteWidth' | 'draw'>;
  readonly system: Pick<Runtime['system'], 'monotonic'>;
}

export function readingProgress(
  { terminal, system, noteStyle, note, isPlain, interruption }: ReadingContext,
  noun: Parameters<Runtime['reading']>[0] = 'entries',
): ReadingProgress {
  const isDrawn = terminal.noteWidth !== undefined && noteStyle === 'text' && isPlain !== true;
  const begun = system.monotonic();
  let next = begun + (isDrawn ? patience : noteEvery);
  let done = 0;
  let customers = 0;
  const update = (): void => {
    interruption.throwIfAborted();
    const at = system.monotonic();
    if (at < next) return;
    next = at + (isDrawn ? drawEvery : noteEvery);
    const rate = Math.round((done * 1000) / Math.max(1, at - begun));
    const of = customers === 0 ? '' : ` of ${counted(customers, 'customer')}`;
    const text = `${done} ${noun}${of} read · ${rate}/s`;
    if (!isDrawn) {
      const counts = {
        [noun]: done,
        [`${noun}_per_second`]: rate,
        ...(customers === 0 ? {} : { customers }),
      };
      note({ text, data: { progress: counts } });
      return;
    }
    terminal.draw(text.slice(0, (terminal.noteWidth ?? 80) - 1));
  };
  return {
    step: () => {
      done += 1;
      update();
    },
    customer: () => {
      customers += 1;
      update();
    },
    clear: () => terminal.draw(''),
  };
}
