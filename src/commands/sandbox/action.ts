// Reads the action and the argument of `sandbox clock`, `prices`, `units` and `webhooks`.
import { missingValue, type Problem, usageError, usageErrorAt } from '../../errors.ts';

/** The argument of each action, such as `['<url>', 'such as http://…']`. The first action is the default. */
type Actions = Readonly<Record<string, readonly [argument: string, example: string] | undefined>>;

/**
 * Returns the action and its argument, empty for an action without argument. Throws a `usage` error.
 * @param lacking problems of an action whose flags are missing
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
