// What is erased when a question is asked again, on a stream that counts what is written to it.
import { expect, test } from 'vitest';
import { answeredRows } from '../../../src/prompts/terminal/answered-rows.ts';

function screen(columns = 40) {
  const stream = { bytesWritten: 0, columns, text: '' };
  const write = (text: string) => {
    stream.text += text;
    stream.bytesWritten += text.length;
  };
  const rows = answeredRows(Object.assign(stream, { write }));
  const answer = (line: string) => {
    rows.begin();
    write(line);
    rows.answered(line);
  };
  const leave = () => {
    rows.begin();
    const before = stream.text.length;
    rows.left();
    return stream.text.slice(before);
  };
  return { write, answer, leave };
}

const erased = '\u001b[1A\u001b[2K\r';

test('each step back erases the answer right above, and no more than there are', () => {
  const { answer, leave } = screen();
  expect(leave()).toBe('');
  answer('one');
  answer('two');
  expect([leave(), leave(), leave()]).toEqual([erased, erased, '']);
});

test('what was written in between stays, and so does everything above it', () => {
  const { write, answer, leave } = screen();
  answer('one');
  write('a note');
  expect(leave()).toBe('');
  answer('two');
  expect([leave(), leave()]).toEqual([erased, '']);
});

test('a line that may have been broken is left alone, with all above it', () => {
  const { answer, leave } = screen(10);
  answer('one');
  answer('0123456789');
  expect([leave(), leave()]).toEqual(['', '']);
});

test('on a stream that does not count, nothing is erased', () => {
  let text = '';
  const rows = answeredRows({
    columns: 40,
    write: (more) => {
      text += more;
    },
  });
  rows.begin();
  rows.answered('one');
  rows.begin();
  rows.left();
  expect(text).toBe('');
});
