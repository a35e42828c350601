// A topic as text for a terminal of some width.
import { pad, textWidth, wrap } from '../../output/text-width.ts';
import { type TopicName, topicTitles } from './topic-names.ts';
import { type Passage, topics } from './topics.ts';

/** @param width columns of the terminal */
export function topicText(name: TopicName, width: number): string {
  const passages = topics[name].map((passage) => passageLines(passage, width).join('\n'));
  return `${[topicTitles[name], ...passages].join('\n\n')}\n`;
}

function passageLines(passage: Passage, width: number): readonly string[] {
  if (typeof passage === 'string') return wrap(passage, width);
  const terms = Math.max(...passage.terms.map(([term]) => textWidth(term)));
  const indent = terms + 4;
  // A meaning of a few letters a line can be read by nobody.
  const room = Math.max(width - indent, 20);
  return passage.terms.flatMap(([term, meaning]) =>
    wrap(meaning, room).map((line, index) => `  ${pad(index === 0 ? term : '', terms)}  ${line}`),
  );
}
