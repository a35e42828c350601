// The words of `sandbox clock`, `prices`, `units` and `webhooks`: what to do, and what to do it with.
import { missingValue, type Problem, usageError, usageErrorAt } from '../../errors.ts';

/** By action, the argument that it takes, such as `['<url>', 'such as http://…']`; the first action is the default. */
type Actions = Readonly<Record<string, readonly [argument: string, example: string] | undefined>>;

/**
 * The action and its argument, which is empty for one that takes none. Throws a `usage` error.
 * @param lacking what the flags of an action lack
 */
export function readAction<Known extends Actions>(
  [typed, argument, ...rest]: readonly string[],
  actions: Known,
  lacking: Partial<Record<keyof Known, readonly Problem[]>> = {},
): readonly [action: keyof Known & string, argument: string] {
  const names = Object.keys(actions);
  const { [typed === undefined ? 0 : names.indexOf(typed)]: action } = names;
  if (action === undefined)
    throw usageErrorAt('<action>', `must be ${names.slice(0, -1).join(', ')} or ${names.at(-1)}: "${typed}"`);
  const [where, example] = actions[action] ?? [];
  if (rest.length > 0 || (where === undefined && argument !== undefined))
    throw usageErrorAt(action, 'takes no more arguments');
  const isLacking = where !== undefined && argument === undefined;
  const missing = [...(isLacking ? [missingValue(where, example)] : []), ...(lacking[action] ?? [])];
  if (missing.length > 0) throw usageError(missing);
  return [action, argument ?? ''];
}
