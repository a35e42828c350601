// Reads `-o html`, `--out`, `--force` and `--locale` of a report that can be a web page.
import { keptFrom, outputProblems } from '../../batch/plan/output-places.ts';
import type { Problem } from '../../errors.ts';
import { formatProblem } from '../../output/output-flags.ts';
import { formatNames } from '../../output/render.ts';
import { defaultLocale, localeProblem } from '../../pages/locale-format.ts';
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';

export interface PageFlags extends GlobalFlags {
  readonly out?: string;
  readonly force?: boolean;
  readonly locale?: string;
}

/** Whether a page is wanted: `--out` means a page, unless another format is named. */
export const wantsPage = ({ output, json, out }: PageFlags): boolean =>
  output === 'html' || (out !== undefined && output === undefined && json === undefined);

/** Problems of the flags of a page. Looks at the file of `--out`, and opens nothing. */
export function pageProblems(flags: PageFlags, runtime: Runtime): readonly Problem[] {
  const { out, locale = defaultLocale, force } = flags;
  const unknown = localeProblem(locale);
  return [
    ...stray(flags, ['json', 'columns', 'jq'], 'cannot be used with -o html'),
    ...(unknown === undefined ? [] : [{ where: '--locale', problem: unknown }]),
    ...(out === undefined
      ? stray(flags, ['force'], 'works only with --out')
      : outputProblems([{ where: '--out', file: out }], {
          mayReplace: force === true,
          kept: () => keptFrom('-', flags, runtime),
        })),
  ];
}

/** Problems of the page flags if another format is wanted. */
export const otherFormatProblems = (flags: PageFlags): readonly Problem[] => [
  ...(flags.output === undefined || formatNames.some((name) => name === flags.output)
    ? []
    : [formatProblem(flags.output, 'html')]),
  ...stray(flags, ['out', 'force', 'locale'], 'works only with -o html'),
];

const stray = (flags: PageFlags, names: readonly (keyof PageFlags)[], problem: string): readonly Problem[] =>
  names.filter((name) => flags[name] !== undefined).map((name) => ({ where: `--${name}`, problem }));
