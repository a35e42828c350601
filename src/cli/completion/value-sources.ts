// Names the source of values that are not fixed, by the name of the option or of the value in the usage.

/** Sources of values outside the program: files, configuration, the API. */
export type Source = 'files' | 'profiles' | 'columns' | 'fields' | 'dates' | 'time zones' | LiveSource;

/** By the option's long name. */
export const optionSources: Readonly<Record<string, Source>> = {
  '--profile': 'profiles',
  '--columns': 'columns',
  '--json': 'fields',
  '--block': 'blocks',
  '--external-customer-id': 'external customer ids',
  '--customer-id': 'customer ids',
};

/** By the name of the value: of an option (`--on <date>`) or of a positional (`<customer>`, `[block]`). */
export const valueSources: Readonly<Record<string, Source>> = {
  file: 'files',
  folder: 'files',
  plan: 'files',
  profile: 'profiles',
  date: 'dates',
  zone: 'time zones',
  customer: 'customers',
  block: 'blocks',
  'top-up': 'top-ups',
  alert: 'alerts',
  invoice: 'invoices',
};

/** Sources in the API. Every list but those of customers and invoices belongs to one customer. */
const liveSources = [
  'customers',
  'external customer ids',
  'customer ids',
  'blocks',
  'top-ups',
  'alerts',
  'invoices',
] as const;

export type LiveSource = (typeof liveSources)[number];

export const isLive = (source: Source): source is LiveSource => liveSources.some((live) => live === source);
