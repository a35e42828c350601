// Defines the view of the settings of one profile, with where each value comes from.
import { rowOf, viewOf } from '../../output/view.ts';

/** Sources of a value, the strongest first. */
export type SettingSource = 'flag' | 'environment' | 'profile' | 'default';

export interface SettingLine {
  readonly setting: string;
  /** `null` if nothing is set and there is no default; secrets are masked. */
  readonly value: string | null;
  readonly source: SettingSource;
  /** The flag, variable, command or profile that set the value. */
  readonly from: string | null;
}

/** Settings are creditctl's own, so the document is the record. */
export const settingRow = rowOf<SettingLine>;

export const settingsView = viewOf<SettingLine>({
  columns: [
    { name: 'setting', text: ({ setting }) => setting },
    { name: 'value', wraps: true, text: ({ value }) => value ?? '' },
    { name: 'source', text: ({ source }) => source },
    { name: 'from', hideRank: 2, text: ({ from }) => from ?? '' },
  ],
  none: 'no settings',
});
