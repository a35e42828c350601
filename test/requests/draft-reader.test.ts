import { expect, test } from 'vitest';
import { cachedResolver, dateResolver } from '../../src/requests/draft-reader.ts';
import { noon } from '../support/run.ts';

test('a day begins at midnight of its zone, an instant is itself, and a problem says what is wrong', () => {
  const resolve = dateResolver(noon, 'Asia/Tokyo');
  expect(resolve('+1d')).toEqual({
    kind: 'date',
    date: '2026-11-24',
    at: Date.UTC(2026, 10, 23, 15),
    text: '2026-11-24T00:00:00+09:00',
  });
  expect(resolve('2026-11-24T00:00:00Z')).toMatchObject({
    kind: 'instant',
    text: '2026-11-24T09:00:00+09:00',
  });
  expect(resolve('soon')).toMatchObject({ kind: 'problem' });
});

test('what is remembered is worked out once, and what is forgotten is worked out again', () => {
  const asked: string[] = [];
  const plain = dateResolver(noon, 'UTC');
  const resolve = cachedResolver((typed) => {
    asked.push(typed);
    return plain(typed);
  });
  expect(resolve('+1d')).toBe(resolve('+1d'));
  expect(asked).toEqual(['+1d']);
  for (let minute = 0; minute < 10_000; minute += 1) resolve(`bad ${minute}`);
  expect(resolve('+1d')).toEqual(plain('+1d'));
  expect(asked.filter((typed) => typed === '+1d')).toHaveLength(2);
});
