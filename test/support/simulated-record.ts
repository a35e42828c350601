// A record of writes in a simulated world: every call waits for its turn, and may lose the connection.
import { CreditctlError } from '../../src/errors.ts';
import type { RecordStore } from '../../src/record/record.ts';
import type { SimulatedProcess, World } from './simulated-world.ts';

/** The methods that only compute, or are read page by page. */
const immediate = new Set([
  ...['keyHash', 'close', 'writes', 'plan', 'events', 'links', 'texts', 'histories', 'counters'],
]);

/** The methods that change the record. */
const changing = new Set([
  ...['append', 'extendLease', 'savePlan', 'erase', 'addAccount', 'linkKey', 'noteCustomers'],
]);

interface Place {
  readonly world: World;
  readonly process: SimulatedProcess;
  /** Called once the record has that an outcome was reported: from then on, a killed process has said how it ended. */
  readonly onReported?: () => void;
  /** Called with the name of a method that changes the record. */
  readonly onWrite?: (name: string) => void;
}

/**
 * The record, or the part of an account, as a process reaches it: each call waits for two turns, and may lose the
 * connection before or after its statement.
 */
export function steppedRecord<Part extends object>(part: Part, place: Place): Part {
  const { world, process } = place;
  const lost = () => new CreditctlError('network', 'the connection to the record was lost');
  const call = async (name: string, method: (...args: never[]) => unknown, args: never[]) => {
    await world.turn(process);
    if (changing.has(name)) place.onWrite?.(name);
    const mayFail = name !== 'append' || !isReport(args[0]);
    const fault = mayFail && world.fails() ? world.oneOf(['before', 'after'] as const) : undefined;
    if (fault !== undefined) world.tell(`${process.pid}: connection to the record lost ${fault} ${name}`);
    if (fault === 'before') throw lost();
    const result = await world.act(async () => method.apply(part, args));
    if (name === 'append') world.tell(`${process.pid}: ${notes(args[0])} ${JSON.stringify(result)}`);
    if (name === 'append' && isReport(args[0])) place.onReported?.();
    await world.turn(process);
    if (fault === 'after') throw lost();
    return result;
  };
  return new Proxy(part, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name === 'of')
        return (...args: Parameters<RecordStore['of']>) => steppedRecord(value.apply(target, args), place);
      if (immediate.has(String(name))) return value.bind(target);
      return (...args: never[]) => call(String(name), value as never, args);
    },
  });
}

type Facts = readonly { readonly fact: Readonly<Record<string, unknown>> }[];

/** The note that an outcome was reported. Without it, an equal command reports that outcome once more, as it should. */
const isReport = (facts: unknown): boolean =>
  (facts as Facts).some(({ fact: { kind } }) => kind === 'acknowledged');

/** Facts as a line of the story. */
const notes = (facts: unknown): string =>
  (facts as Facts)
    .map(({ fact: { kind, key = '', batch = '', state = '' } }) => `${kind} ${key}${batch} ${state}`)
    .join(', ');
