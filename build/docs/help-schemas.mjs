// Describes the JSON help of commands and of topics in JSON Schema.
import { closed, count, list, oneOf, orNull, text, texts, yesOrNo } from './schema-forms.mjs';

const named = closed({ name: text, text });

const option = closed({
  long: { type: 'string', pattern: '^--' },
  short: orNull({ type: 'string', pattern: '^-.$' }),
  value: orNull(closed({ name: text, required: yesOrNo })),
  repeatable: yesOrNo,
  values: texts,
  text,
});

const word = closed({ name: text, literal: yesOrNo, required: yesOrNo, repeatable: yesOrNo, values: texts });

const command = closed({
  path: { ...texts, minItems: 1 },
  group: text,
  usage: text,
  summary: text,
  details: orNull(text),
  terms: list(named),
  forms: list(list(word)),
  max_positionals: count,
  options: list(option),
  examples: texts,
});

const topic = closed({ name: text, title: text, text });

/** By file name. */
export const helpSchemas = {
  help: {
    title: 'The help of all commands, or of those that are named',
    ...closed({
      version: {
        ...oneOf([1]),
        description: 'of this form; a field that goes away or changes its meaning takes the next',
      },
      name: text,
      program_version: text,
      summary: text,
      groups: list(closed({ name: text, title: text })),
      nouns: list(closed({ name: text, group: text, summary: text })),
      global_options: list(option),
      commands: list(command),
      exit_codes: list(closed({ code: count, kind: orNull(text), text })),
      environment: list(named),
      topics: list(topic),
    }),
  },
  'help-topic': { title: 'The help of a topic', ...topic },
};
