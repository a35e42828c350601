import { expect, test } from 'vitest';
import { zoneGuess } from '../../../src/commands/customers/zone-guess.ts';

test.each([
  ['Europe/Lodon', ' (did you mean Europe/London?)'],
  ['Tokyo', ' (did you mean Asia/Tokyo?)'],
  ['america/new york', ' (did you mean America/New_York?)'],
  ['Asia/Berlin', ' (did you mean Europe/Berlin?)'],
  ['Mars/Olympus_Mons', ''],
])('%s%s', (typed, guess) => expect(zoneGuess(typed)).toBe(guess));
