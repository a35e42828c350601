// The ways out of a question at a real terminal: Escape back to the one before, Ctrl-C out, and what stays on the screen.
import { expect, test } from 'vitest';
import { built, cleanEnvironment, program } from '../../support/built-program.ts';
import { recordedIn } from '../../support/recorded.ts';

import { freshHome } from '../../support/run.ts';
import { hasScript, keys, type Seat, seat, seatOf } from '../../support/terminal.ts';

const person = hasScript ? test : test.skip;
const words = (line: string): string[] => line.split(' ');

/** A home in which these lines were carried out. */
async function home(...lines: string[]): Promise<string> {
  const place = freshHome();
  for (const line of ['customers list --sandbox', ...lines]) {
    const { code, stderr } = await built(words(line), cleanEnvironment(place));
    expect(code, stderr).toBe(0);
  }
  return place;
}

const countOf = (screen: string, text: string): number => screen.split(text).length - 1;

/** Sees a text, then presses keys. */
async function press(at: Seat, text: string | RegExp, pressed: string): Promise<string> {
  const screen = await at.see(text);
  at.type(pressed);
  return screen;
}

person('Escape leads back question by question, and what was answered stands in the line again', async () => {
  const place = await home();
  const at = seat(words('ledger add --sandbox'), { home: place });
  await press(at, 'globex', 'nobody');
  await press(at, 'No results found', keys.backspace.repeat(6));
  await press(at, 'initech', 'glob');
  await press(at, /❯ globex(?![\s\S]*initech)/, keys.enter);
  await press(at, 'What do you want to do?', keys.escape);
  // The list again, with the customer of before where Enter takes it.
  await press(at, /\? Which customer\?\s+❯ globex[\s\S]*initech/, keys.enter);
  await press(at, '? What do you want to do?', keys.enter);
  await press(at, '? How many credits?', '12500');
  await press(at, '12,500 credits', keys.enter);
  await press(at, '? When do the credits expire?', keys.escape);
  await press(at, '? How many credits? 12500', `${keys.backspace.repeat(2)}${keys.enter}`);
  await press(at, /\? When do the credits expire\?[\s\S]*, \w+day, in 30 days/, keys.enter);
  await press(at, '? Description', `why${keys.enter}`);
  await press(at, 'to globex (Globex)?', keys.escape);
  const screen = await press(at, /\? Description \(optional\) why/, keys.ctrlC);
  expect(screen).toContain('Grant 125 credits to globex');
  for (const once of [
    'Press Escape to go back',
    '✔ Which customer?',
    '✔ What do you want to do?',
    '✔ How many credits?',
  ])
    expect(countOf(screen, once), once).toBe(1);
  expect(screen).not.toContain('to globex (Globex)?');
  expect(await at.ended).toBe(130);
  expect(recordedIn(place)).toEqual([]);
});

person('Enter in one piece with the last letter chooses nothing of the list of before', async () => {
  const place = await home();
  const at = seat(words('ledger add --amount 5 --expires never --sandbox'), { home: place });
  await press(at, /\? Which customer\?\s+❯ initech/, `globex${keys.enter}`);
  await press(at, /\? Which customer\? globex\s+❯ globex(?![\s\S]*initech)/, keys.enter);
  await press(at, '✔ Which customer? globex  Globex', keys.ctrlC);
  expect(await at.ended).toBe(130);
  expect(at.screen()).not.toContain('✔ Which customer? initech');
});

person('a date is typed where an expiry is chosen, and Tab writes a choice in full', async () => {
  const place = await home();
  const at = seat(words('ledger add --amount 5 --sandbox'), { home: place });
  await press(at, 'globex', 'nowhere');
  await press(at, /create one: creditctl customers\s+create --sandbox/, keys.backspace.repeat(7));
  await press(at, 'initech', 'glob');
  await press(at, /❯ globex(?![\s\S]*initech)/, '\t');
  await press(at, /customer\? globex {2}Globex\s+❯ globex {2}Globex/, keys.enter);
  // Digits move to no choice of that number: 3 would be a year.
  await press(at, '? When do the credits expire?', '31.12.2099');
  await press(at, 'No results found. Write 2027-01-31', keys.backspace.repeat(10));
  await press(at, '❯ in 30 days', '2099-12-31');
  await press(at, /❯ on 2099-12-31\s+2099-12-31, Thursday/, keys.enter);
  await press(at, '? Description', keys.enter);
  const screen = await press(at, 'to globex (Globex)?', keys.ctrlC);
  expect(screen).toContain('✔ When do the credits expire? on 2099-12-31\n');
  expect(screen).toContain('expires at the start of 2099-12-31');
});

person('Ctrl-C at the last question ends with 130 whatever is asked, and nothing is written', async () => {
  const place = await home(
    'topups create acme --threshold 1 --amount 2 --cost-basis 1 --net-terms 0 --sandbox --yes',
  );
  const written = recordedIn(place);
  const open = (line: string): Seat => seat(words(`${line} --sandbox`), { home: place });
  const customer = open('customers create --name N --external-id n');
  await press(customer, 'E-mail', `n@example.com${keys.enter}`);
  await press(customer, 'Time zone', keys.enter);
  const topUp = open('topups delete acme');
  await press(topUp, /❯ .*2 credits at or below 1/, keys.enter);
  const alert = open('alerts create acme');
  await press(alert, '❯ drop below', keys.enter);
  await press(alert, 'At which balances?', `5${keys.enter}`);
  for (const [at, last] of [
    [customer, 'of the account?'],
    [topUp, 'Type the top-up id'],
    [alert, 'drop below 5?'],
  ] as const) {
    await press(at, last, keys.ctrlC);
    expect(await at.ended).toBe(130);
    expect(at.screen().replace(/\s+/g, ' ')).toContain('Interrupted: nothing was written');
  }
  expect(recordedIn(place)).toEqual(written);
});

person(
  'more blocks than a list shows are searched, by expiry too; 40 columns break between words',
  async () => {
    const add = (days: number) => `ledger add acme --amount ${days} --expires +${days}d --sandbox --yes`;
    const place = await home(...[10, 20, 30, 40, 50, 60, 70, 80].map(add));
    const at = seat(words('blocks void acme --sandbox'), { home: place, columns: 40 });
    expect(await at.see('? Which block?')).toMatch(/Press Escape to go back one question,\n *Ctrl-C to quit/);
    at.type('70 left');
    const screen = await at.see(/❯ \w+ {2}70 of 70 left(?![\s\S]*60 of 60)/);
    expect(screen).toMatch(/70 of 70 left *\n {4}expires \d{4}/);
    at.type(keys.enter);
    await press(at, '? How many credits? 70', keys.ctrlC);
    expect(await at.ended).toBe(130);
  },
);

person.each([
  ['TERM=dumb', [], { TERM: 'dumb' }],
  ['the setting prompts', ['config set prompts plain'], { NO_COLOR: '1' }],
])('by %s a person is asked line by line, without one escape sequence', async (_why, setUp, env) => {
  const place = await home(...setUp);
  const at = seat(words('ledger add --sandbox'), { home: place, env });
  expect(await press(at, '? Question 1: Which customer?', 'acm\r')).toContain('Enter after each answer');
  await press(at, /1 {2}acme {2}Acme Corp[\s\S]*\? Number \[1\]/, '\r');
  await press(at, /: What do you want to do?[\s\S]*\? Number \[1\]/, '1\r');
  await press(at, ': How many credits?', `${keys.escape}\r`);
  await press(
    at,
    /: What do you want to do?[\s\S]*: What do you want to do?[\s\S]*\? Number \[1\]/,
    keys.ctrlC,
  );
  expect(await at.ended).toBe(130);
  expect(at.raw()).not.toContain('\u001b');
  expect(recordedIn(place)).toEqual([]);
});

person('the questions of one run are numbered through, up to the one that asks for consent', async () => {
  const place = await home();
  const line = 'ledger add acme --amount 5 --expires never --sandbox';
  const at = seat(words(line), { home: place, env: { TERM: 'dumb' } });
  await press(at, '? Question 1: Description', '\r');
  await press(at, '? Question 2: Grant 5 credits to acme', 'n\r');
  expect(await at.ended).toBe(10);
});

person('on a narrow terminal a long question and a long answer are broken between words', async () => {
  const place = await home('ledger add acme --amount 30 --expires +30d --sandbox --yes');
  const at = seat(words('blocks extend acme --to +90d --description x --sandbox'), {
    home: place,
    columns: 60,
  });
  await press(at, '? Which block?', keys.enter);
  const screen = await press(at, '(y/N)', `y${keys.enter}`);
  expect(screen).toMatch(/✔ Which block\? \w+ {2}30 of 30 left {2}expires\n {4}20\d\d-\d\d-\d\d \(in 30/);
  expect(screen).toMatch(
    /\? Extend all credits in block \w+ of acme \(Acme\n {2}Corp\) to \d{4}-\d\d-\d\d\? \(y\/N\)/,
  );
  expect(await at.ended).toBe(0);
});

person('a very long name takes at most three lines, in the list and as the answer', async () => {
  const place = await home();
  const name = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ');
  const create = [
    ...words('customers create --sandbox --yes --external-id long --email a@b.co --name'),
    name,
  ];
  expect((await built(create, cleanEnvironment(place))).code).toBe(0);
  const at = seat(words('ledger add --sandbox'), { home: place, columns: 40 });
  const shown = await press(at, 'initech', keys.enter);
  expect(shown).toMatch(/❯ long {2}word0.*\n {4}.*\n {4}word.*…\n {2}initech/);
  const screen = await press(at, 'What do you want to do?', keys.ctrlC);
  expect(screen).toMatch(/✔ Which customer\? long {2}word0.*\n {4}.*\n {4}.*…\n\?/);
  expect(await at.ended).toBe(130);
});

person('what is neither yes nor no is refused, and typed anew', async () => {
  const at = seat(words('ledger add acme --amount 5 --expires never --description x --sandbox'), {
    home: await home(),
  });
  await press(at, '(y/N)', `maybe${keys.enter}`);
  await press(at, '> Answer y or n', `n${keys.enter}`);
  expect(await at.ended).toBe(10);
  expect(at.screen()).toContain('Declined: nothing was written');
});

person('a question that was left with Ctrl-Z is asked again when the program goes on', async () => {
  const place = await home();
  const shell = seatOf(['bash', '--norc', '-i'], { home: place, env: { PS1: 'ready> ' } });
  const line = `'${process.execPath}' '${program}' ledger add --amount 5 --expires never --sandbox`;
  await press(shell, 'ready>', `${line}; echo "ended with $?"${keys.enter}`);
  await press(shell, '❯ initech', keys.ctrlZ);
  await press(shell, 'Stopped', `fg${keys.enter}`);
  await press(shell, /Stopped[\s\S]*❯ initech/, 'glob');
  await press(shell, /❯ globex(?![\s\S]*initech)/, keys.enter);
  await press(shell, '? Description', keys.ctrlZ);
  await press(shell, /Stopped[\s\S]*Stopped/, `fg${keys.enter}`);
  await press(shell, /Stopped[\s\S]*Stopped[\s\S]*\? Description/, `why${keys.enter}`);
  await press(shell, 'to globex (Globex)?', keys.ctrlZ);
  await press(shell, /(Stopped[\s\S]*){3}/, `fg${keys.enter}`);
  await press(shell, /(Stopped[\s\S]*){3}to globex \(Globex\)\?/, `y${keys.enter}`);
  await press(shell, 'Granted 5 credits to globex', `exit${keys.enter}`);
  expect(await shell.ended).toBe(0);
  expect(recordedIn(place).filter(({ event }) => event === 'settled')).toHaveLength(1);
});

person('a list that was left with Ctrl-Z gives the shell its cursor', async () => {
  const place = await home();
  const shell = seatOf(['bash', '--norc', '-i'], { home: place, env: { PS1: 'ready> ' } });
  const line = `'${process.execPath}' '${program}' ledger add acme --sandbox`;
  await press(shell, 'ready>', `${line}${keys.enter}`);
  await press(shell, 'What do you want to do?', keys.ctrlZ);
  await shell.see('Stopped');
  expect(shell.raw().lastIndexOf('\u001b[?25h')).toBeGreaterThan(shell.raw().lastIndexOf('\u001b[?25l'));
  await press(shell, 'Stopped', `fg${keys.enter}`);
  await press(shell, /Stopped[\s\S]*What do you want to do\?/, keys.ctrlC);
  await press(shell, /Interrupted[\s\S]*ready>/, `exit${keys.enter}`);
  await shell.ended;
});

person('a question of a plain terminal is written again after Ctrl-Z', async () => {
  const place = await home();
  const shell = seatOf(['bash', '--norc', '-i'], { home: place, env: { PS1: 'ready> ', TERM: 'dumb' } });
  const line = `'${process.execPath}' '${program}' ledger add acme --expires never --description x --sandbox`;
  await press(shell, 'ready>', `${line}${keys.enter}`);
  await press(shell, '? Question 1: How many credits?', keys.ctrlZ);
  await press(shell, 'Stopped', `fg${keys.enter}`);
  await press(shell, /Stopped[\s\S]*\? Question 1: How many credits\?/, keys.ctrlC);
  await press(shell, /Interrupted[\s\S]*ready>/, `exit${keys.enter}`);
  await shell.ended;
  expect(recordedIn(place)).toEqual([]);
});

person('Ctrl-Z where no shell could go on with the program asks the question again', async () => {
  const place = await home();
  const at = seat(words('ledger add --sandbox'), { home: place });
  await press(at, '❯ initech', keys.ctrlZ);
  await press(at, /❯ initech[\s\S]*❯ initech/, keys.down);
  await press(at, /❯ globex[\s\S]*$/, keys.ctrlC);
  expect(await at.ended).toBe(130);
});
