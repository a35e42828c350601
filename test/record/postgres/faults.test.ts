// What each error of PostgreSQL means for who asked: its kind, and with it the exit code.
import { expect, test } from 'vitest';
import { recordFault } from '../../../src/record/postgres/faults.ts';

const error = (code: string): Error => Object.assign(new Error('as the server says it'), { code });

test.each([
  ['53100', 'failure', 'a full disk'],
  ['25006', 'network', 'a server that takes no writes'],
  ['55P03', 'network', 'a lock that another write holds'],
  ['57P01', 'network', 'a server that is stopped'],
  ['ECONNREFUSED', 'network', 'no server'],
  ['28P01', 'credentials', 'a wrong password'],
  ['57014', 'network', 'a statement that took longer than the role may'],
  ['42P01', 'refused', 'no schema'],
  ['42703', 'refused', 'tables of another program'],
  ['42501', 'refused', 'no rights'],
  ['XX001', 'refused', 'damage'],
])('%s is a %s error: %s', (code, kind) => {
  expect(recordFault(error(code), 'PostgreSQL db', '; nothing was sent')).toMatchObject({
    kind,
    message: expect.stringMatching(/; nothing was sent$/),
    facts: { applied: 'no' },
  });
});

test('a transition that no write can make is a defect of the program, not of the server', () => {
  expect(recordFault(error('CC001'), 'PostgreSQL db')).toBeInstanceOf(TypeError);
});
