import { expect, test } from 'vitest';
import { idProblems } from '../../src/requests/id-argument.ts';

test('an id that is not there is missing, and one that would be another path is wrong', () => {
  expect(idProblems('<alert>', undefined)).toEqual([
    { where: '<alert>', problem: 'is missing: enter its id', isMissing: true },
  ]);
  for (const id of ['a ', '\ta'])
    expect(idProblems('<alert>', id)).toEqual([
      { where: '<alert>', problem: expect.stringContaining('begins or ends with a space') },
    ]);
  for (const id of ['', ' ', '.', '..'])
    expect(idProblems('<alert>', id)).toEqual([{ where: '<alert>', problem: `is not a valid id: "${id}"` }]);
  expect(idProblems('<alert>', 'XuxCbt7x9L82yyeF')).toEqual([]);
});
