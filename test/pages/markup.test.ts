import { expect, test } from 'vitest';
import { markup, optional, ownText } from '../../src/pages/markup.ts';

test('text stays text, in an element and in an attribute', () => {
  const text = `</style><script>alert("1")</script>'&`;
  const escaped = '&lt;/style&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;';
  expect(String(markup`<p title="${text}">${text}</p>`)).toBe(`<p title="${escaped}">${escaped}</p>`);
});

test('marks that reorder text are escapes in it, and control characters and lines are not in it', () => {
  expect(String(markup`<p>${'a\u202eb\u0007c\u200bd\ne\u2066f'}</p>`)).toBe(
    '<p>a\\u202ebc\\u200bd e\\u2066f</p>',
  );
  expect(String(markup`${['a\u202eb']}`)).toBe('a\\u202eb\n');
});

test('markup in markup stays as it is, and each of a list ends its line', () => {
  const items = ['<a>', 'b'].map((text) => markup`<li>${text}</li>`);
  expect(String(markup`<ul>${items}</ul>`)).toBe('<ul><li>&lt;a&gt;</li>\n<li>b</li>\n</ul>');
});

test('a text of our own keeps its marks of direction and is escaped', () => {
  expect(String(ownText('\u061c-<5'))).toBe('\u061c-&lt;5');
});

test('what is missing is nothing', () => {
  expect(String(optional(undefined, () => markup`<p>`))).toBe('');
  expect(String(optional('x', (text) => markup`<b>${text}</b>`))).toBe('<b>x</b>');
});
