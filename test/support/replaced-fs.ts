// Another function in the place of one of `node:fs`, for the sources too: test files share their modules, so no mock of one does.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

type Name = 'accessSync' | 'appendFileSync' | 'linkSync' | 'openSync' | 'writeFileSync' | 'writeSync';

/** Resolves to what `act` returns. The real function is back afterwards, whatever happened. */
export async function withFs<Result>(
  name: Name,
  replacement: (real: (...given: readonly unknown[]) => unknown) => (...given: readonly unknown[]) => unknown,
  act: () => Result | Promise<Result>,
): Promise<Result> {
  const real = fs[name];
  const put = (value: unknown): void => {
    Object.assign(fs, { [name]: value });
    syncBuiltinESMExports();
  };
  put(replacement(real as (...given: readonly unknown[]) => unknown));
  try {
    return await act();
  } finally {
    put(real);
  }
}

/** Writes no more than some bytes of a text, as a disk does that is full then. @param bytes ASCII */
export const fullAfter =
  (bytes: number) =>
  (real: (...given: readonly unknown[]) => unknown) =>
  (file: unknown, text: unknown): never => {
    real(file, String(text).slice(0, bytes));
    throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
  };

/** Fails as the system does, at the first calls alone. */
export const failing = (code: string, times: number) => (real: (...given: readonly unknown[]) => unknown) => {
  let left = times;
  return (...given: readonly unknown[]): unknown => {
    left -= 1;
    if (left < 0) return real(...given);
    throw Object.assign(new Error(code), { code });
  };
};
