// A person at a terminal, with the built program: what is on the screen, which keys are pressed, what is written then.
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { built, cleanEnvironment } from '../../support/built-program.ts';
import { creditctl } from '../../support/command.ts';
import { recordedIn } from '../../support/recorded.ts';
import { freshHome, run } from '../../support/run.ts';
import { hasScript, keys, type Seat, seat } from '../../support/terminal.ts';

const person = hasScript ? test : test.skip;
if (!hasScript) test.skip('these tests need the command `script` of util-linux', () => {});

const words = (line: string): string[] => line.split(' ');

/** A home whose database exists, so that its first use is no part of the screen. */
async function home(...lines: string[]): Promise<string> {
  const place = freshHome();
  for (const line of ['customers list --sandbox', ...lines]) {
    const { code, stderr } = await run(words(line), { home: place, now: Date.now() });
    expect(code, stderr).toBe(0);
  }
  return place;
}

async function rowsOf(
  place: string,
): Promise<{ amount: number; entry_type: string; description: string | null }[]> {
  const { stdout } = await creditctl('ledger list acme --sandbox -o json', { home: place, now: Date.now() });
  return JSON.parse(stdout);
}

/** The questions of a grant, up to the one named; each is answered as soon as it is on the screen. */
const questions = [
  [
    'Which customer?',
    async (at: Seat) => {
      await at.see('globex');
      at.type('acm');
      await at.see(/❯ acme {2}Acme Corp(?![\s\S]*globex)/);
      at.type(keys.enter);
    },
  ],
  ['What do you want to do?', async (at: Seat) => at.type(keys.enter)],
  [
    'How many credits?',
    async (at: Seat) => {
      at.type(`1e3${keys.enter}`);
      await at.see('> The amount must be written out without an exponent');
      at.type(`${keys.backspace.repeat(3)}12.50${keys.enter}`);
    },
  ],
  [
    'When do the credits expire?',
    async (at: Seat) => {
      at.type(keys.down);
      await at.see('❯ in 90 days');
      at.type(keys.enter);
    },
  ],
  ['Description', async (at: Seat) => at.type(`Trial credits${keys.enter}`)],
  ['to acme (Acme Corp)?', async (at: Seat) => at.type(`y${keys.enter}`)],
] as const;

person(
  'a whole grant is asked for, shown before it happens, and named as the line without questions',
  async () => {
    const place = await home();
    const at = seat(words('ledger add --sandbox'), { home: place });
    for (const [question, answer] of questions) {
      const screen = await at.see(question);
      if (question === 'to acme (Acme Corp)?') {
        expect(screen).toContain('Grant 12.5 credits to acme');
        expect(screen).toContain('balance    0 → 12.5 credits');
        expect(screen).toContain(`SANDBOX · ${place}`);
        expect(recordedIn(place)).toEqual([]);
      }
      await answer(at);
    }
    expect(await at.ended).toBe(0);
    expect(at.screen().replace(/\n/g, '')).toContain(
      "creditctl ledger add acme --type increment --amount 12.50 --expires +90d --description 'Trial credits' --sandbox --yes",
    );
    expect(at.screen()).toContain('+12.5');
    expect(await rowsOf(place)).toMatchObject([{ amount: 12.5, description: 'Trial credits' }]);
  },
);

for (const [index, [question]] of questions.entries()) {
  person(`Ctrl-C at "${question}" ends with 130, and nothing is written`, async () => {
    const place = await home();
    const at = seat(words('ledger add --sandbox'), { home: place });
    for (const [earlier, answer] of questions.slice(0, index)) {
      await at.see(earlier);
      await answer(at);
    }
    await at.see(question);
    at.type(keys.ctrlC);
    expect(await at.ended).toBe(130);
    expect(at.screen()).toContain('Interrupted: nothing was written');
    expect(recordedIn(place)).toEqual([]);
    expect(await rowsOf(place)).toEqual([]);
  });
}

person('the block to expire is picked from the open ones, and Enter alone does not confirm', async () => {
  const add = 'ledger add acme --sandbox --yes --amount';
  const place = await home(`${add} 30 --expires +60d`, `${add} 7 --expires +10d`);
  const at = seat(words('blocks expire acme --sandbox'), { home: place });
  const screen = await at.see(/❯ .* left/);
  expect(screen).toContain('30 of 30 left');
  expect(screen).toContain('7 of 7 left');
  at.type(keys.down);
  const first = /❯ .* 7 of 7 left/.test(screen);
  await at.see(first ? /❯ .* 30 of 30 left/ : /❯ .* 7 of 7 left/);
  at.type(keys.enter);
  await at.see('Description');
  at.type(keys.enter);
  await at.see('(y/N)');
  at.type(keys.enter);
  expect(await at.ended).toBe(10);
  expect(at.screen()).toContain('Declined: nothing was written');
  expect(await rowsOf(place)).toHaveLength(2);

  const again = seat(words('blocks expire acme --sandbox'), { home: place });
  await again.see(/❯ .* left/);
  again.type(keys.enter);
  await again.see('Description');
  again.type(keys.enter);
  await again.see('(y/N)');
  again.type(`y${keys.enter}`);
  expect(await again.ended).toBe(0);
  expect((await rowsOf(place)).map(({ entry_type }) => entry_type)).toContain('expiration_change');
});

person(
  'a list at a terminal has a header with rule, signs and colours; NO_COLOR takes the colours alone',
  async () => {
    const place = await home('ledger add acme --sandbox --yes --amount 1234.5');
    const coloured = seat(words('ledger list acme --sandbox'), { home: place });
    expect(await coloured.ended).toBe(0);
    expect(coloured.screen()).toMatch(/seq .*change/);
    expect(coloured.screen()).toContain('─');
    expect(coloured.screen()).toContain('+1234.5');
    expect(coloured.raw()).toMatch(/\u001b\[3\dm/);
    const plain = seat(words('ledger list acme --sandbox'), { home: place, env: { NO_COLOR: '1' } });
    expect(await plain.ended).toBe(0);
    expect(plain.raw()).not.toMatch(/\u001b\[/);
    expect(plain.screen()).toBe(coloured.screen());
  },
);

person('a terminal of 40 columns loses no digit of any number and breaks no line', async () => {
  const place = await home(
    'ledger add acme --sandbox --yes --amount 123456789012.345678 --description A-long-story',
  );
  for (const line of ['ledger list acme --sandbox', 'balance acme --sandbox', 'blocks list acme --sandbox']) {
    const at = seat(words(line), { home: place, columns: 40 });
    expect(await at.ended).toBe(0);
    expect(at.screen()).toContain('123456789012.345678');
    // A note on stderr may wrap; data may not.
    const lines = at
      .raw()
      .replace(/\u001b\[[\d;]*m/g, '')
      .split('\r\n');
    for (const printed of lines.filter((each) => !each.startsWith('(hidden: ')))
      expect(printed.length, printed).toBeLessThanOrEqual(40);
  }
});

person('without credentials the embedded ledger is offered, and No is what Enter says', async () => {
  const place = freshHome();
  const at = seat(words('balance acme'), { home: place });
  await at.see('Use the embedded ledger (sandbox)');
  at.type(keys.enter);
  expect(await at.ended).toBe(3);
  expect(at.screen()).toContain('add --sandbox');
});

person('--no-input at a terminal asks nothing', async () => {
  const at = seat(words('ledger add --sandbox --no-input'), { home: freshHome() });
  expect(await at.ended).toBe(2);
  expect(at.screen()).toContain('<customer> is missing');
});

person('Ctrl-C while a body is awaited from the keyboard ends with 130', async () => {
  const place = await home();
  // Nothing is shown while the program waits, so it is given the time of several whole runs to get there.
  const begun = performance.now();
  await built(words('ledger list acme --sandbox'), cleanEnvironment(place));
  const usual = performance.now() - begun;
  const at = seat(words('ledger add acme --sandbox --yes --body -'), { home: place });
  await new Promise((resolve) => setTimeout(resolve, 4 * usual));
  at.type(keys.ctrlC);
  expect(await at.ended).toBe(130);
  expect(at.screen()).toContain('creditctl: Interrupted');
  expect(await rowsOf(place)).toEqual([]);
});

person('a name from the API cannot drive the terminal while it is picked', async () => {
  const place = await home();
  const name = 'Evil\u001b]0;owned\u0007 Corp';
  const create = ['customers', 'create', '--name', name, '--email', 'e@evil.example', '--sandbox', '--yes'];
  expect((await run(create, { home: place, now: Date.now() })).code).toBe(0);
  const at = seat(words('balance --sandbox'), { home: place });
  await at.see('Evil Corp');
  at.type(keys.ctrlC);
  expect(await at.ended).toBe(130);
  expect(at.raw()).not.toContain('owned');
});

person(
  'with the setting prompts plain, long work says how far it is in lines, and redraws nothing',
  async () => {
    const place = await home('config set prompts plain', 'config set kind sandbox');
    const rows = Array.from({ length: 13 }, (_, row) => `acme,${row + 1}\n`);
    writeFileSync(`${place}/grants.csv`, `external_customer_id,amount\n${rows.join('')}`);
    const planned = await run(['batch', 'plan', `${place}/grants.csv`, '--out', `${place}/p`], {
      home: place,
      now: Date.now(),
    });
    expect(planned.code, planned.stderr).toBe(0);
    const at = seat(['batch', 'apply', `${place}/p`, '--rate', '1', '--yes'], {
      home: place,
      env: { NO_COLOR: '1' },
    });
    expect(await at.ended).toBe(0);
    expect(at.screen()).toMatch(/^1\d of 13 · 1\.\d\/s · \d s left$/m);
    expect(at.raw()).not.toContain('\u001b');
    expect(at.raw().replaceAll('\r\n', '')).not.toContain('\r');
  },
);
