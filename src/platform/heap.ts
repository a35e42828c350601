// Keeps the memory of long runs small.
import v8 from 'node:v8';

/**
 * Runs `act` with a heap that at most doubles between two full collections. By itself V8 lets it grow fourfold, and a
 * run that sends rows for minutes then holds 50 MB of garbage. V8 rejects machine code that was compiled under another
 * flag, so the flag is set no longer than `act` runs, and `act` should load no module for the first time.
 */
export async function withSmallHeap<Result>(act: () => Promise<Result>): Promise<Result> {
  v8.setFlagsFromString('--heap-growing-percent=100');
  try {
    return await act();
  } finally {
    v8.setFlagsFromString('--heap-growing-percent=0');
  }
}
