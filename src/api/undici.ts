// The one door to undici: only the pool, so that start-up does not pay for the rest of it.
import v8 from 'node:v8';
import type { Dispatcher, Pool as UndiciPool } from 'undici';
import PoolClass from 'undici/lib/dispatcher/pool.js';

/** Told by undici of what happens to one request. */
export type Handler = Dispatcher.DispatchHandler;
export type Controller = Dispatcher.DispatchController;

/** undici's Pool with the one method this program uses. */
export class Pool {
  readonly #pool: UndiciPool;

  constructor(origin: string, options: UndiciPool.Options) {
    keepWasmOnTheFirstTier();
    this.#pool = new PoolClass(origin, options);
  }

  /** Throws what is wrong with the request itself; everything else is told to the handler. */
  dispatch(options: Dispatcher.DispatchOptions, handler: Handler): void {
    this.#pool.dispatch(options, handler);
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}

/**
 * On Node 20 the end of a process waits until V8 has optimised undici's HTTP parser (wasm), 100 ms and more for one request.
 * A budget that is never reached keeps the parser at its first tier; no loss of throughput was measured.
 */
function keepWasmOnTheFirstTier(): void {
  if (process.versions.node.startsWith('20.')) v8.setFlagsFromString('--wasm-tiering-budget=1000000000');
}
