// The topics of `creditctl help`, by name: all of them that the help of the whole needs.

export const topicTitles = {
  'exit-codes': 'What each exit code means to a script',
  output: 'Formats, fields, columns, and what goes to stdout and stderr',
  environment: 'Environment variables',
  dates: 'How to write dates, and when a day begins',
} as const;

export type TopicName = keyof typeof topicTitles;

export const topicNames = Object.keys(topicTitles) as readonly TopicName[];
