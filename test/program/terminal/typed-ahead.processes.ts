// What is typed or pasted before a question about money was shown agrees to nothing, and closing the input neither.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { thisProcess } from '../../../src/platform/process.ts';
import { program } from '../../support/built-program.ts';
import { block, customer, page } from '../../support/documents.ts';
import { recordedIn } from '../../support/recorded.ts';
import { freshHome, run } from '../../support/run.ts';
import { hasScript, keys, type Seat, seat, seatOf } from '../../support/terminal.ts';

const person = hasScript ? test : test.skip;
const words = (line: string): string[] => line.split(' ');

async function home(...lines: string[]): Promise<string> {
  const place = freshHome();
  for (const line of ['customers list --sandbox', ...lines]) {
    const { code, stderr } = await run(words(line), { home: place, now: Date.now(), who: thisProcess.who });
    expect(code, stderr).toBe(0);
  }
  return place;
}

const grant = 'ledger add acme --amount 5 --expires never --description Trial';

/** Lines that ask for consent, and how the question begins. */
const asking = [
  [`${grant} --sandbox`, 'to acme (Acme Corp)?', {}],
  [`${grant} --sandbox`, 'to acme (Acme Corp)?', { TERM: 'dumb' }],
  ['undo last --sandbox', '(y/N)', {}],
  ['sandbox reset', '(y/N)', {}],
  ['sandbox reset', '(y/N)', { TERM: 'dumb' }],
] as const;

for (const [line, question, env] of asking)
  person(`"${line}" is not agreed to by what was typed before ${JSON.stringify(env)}`, async () => {
    const place = await home(`${grant} --sandbox --yes`);
    const written = recordedIn(place);
    const at = seat(words(line), { home: place, env });
    at.type(`y${keys.enter}`.repeat(3));
    await at.see(question);
    expect(await isAsking(at)).toBe(true);
    at.type(keys.enter);
    expect(await at.ended).toBe(10);
    expect(recordedIn(place)).toEqual(written);
  });

/** Whether it still waits for an answer after a while. */
async function isAsking(at: Seat): Promise<boolean> {
  const pause = new Promise((resolve) => setTimeout(() => resolve('asking'), 400));
  return (await Promise.race([at.ended, pause])) === 'asking';
}

person('a text that is pasted in pieces into a question agrees to nothing', async () => {
  const place = await home();
  const at = seat(words('ledger add acme --sandbox --type increment --expires +30d'), { home: place });
  await at.see('? How many credits?');
  at.type(`5${keys.enter}`);
  await at.see('? Description');
  for (const piece of [`why${keys.enter}`, `y${keys.enter}`, `y${keys.enter}y`, `${keys.enter}`]) {
    at.type(piece);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  await at.see('to acme (Acme Corp)?');
  expect(await isAsking(at)).toBe(true);
  expect(recordedIn(place)).toEqual([]);
  at.type(`y${keys.enter}`);
  expect(await at.ended).toBe(0);
});

person('lines that are pasted into one answer stay together', async () => {
  const place = await home();
  const at = seat(words('ledger add acme --sandbox --type increment --expires +30d'), {
    home: place,
    columns: 140,
  });
  await at.see('? How many credits?');
  // Two cells of a spreadsheet are no amount, and the first of them is not taken for it.
  at.type('5\r\n70\r\n');
  await at.see(/credits\? 5 70\s+> The amount is not a decimal number: "5 70"/);
  at.type(`${keys.backspace.repeat(3)}${keys.enter}`);
  await at.see('? Description');
  at.type(`\rPromised by Ann\ron the phone${keys.enter}`);
  await at.see('✔ Description Promised by Ann on the phone');
  await at.see('to acme (Acme Corp)?');
  at.type(`y${keys.enter}`);
  expect(await at.ended).toBe(0);
  expect(at.screen()).toContain("--description 'Promised by Ann on the phone'");
});

person('an id that has to be typed back is typed after it was asked for', async () => {
  const place = await home(
    'topups create acme --threshold 1 --amount 2 --cost-basis 1 --net-terms 0 --sandbox --yes',
  );
  const { stdout } = await run(words('topups list acme --sandbox -o json'), { home: place, now: Date.now() });
  const [{ id }] = JSON.parse(stdout) as [{ id: string }];
  const at = seat(words(`topups delete acme ${id} --sandbox`), { home: place });
  at.type(`${id}\r`);
  await at.see('Type the top-up id');
  expect(await isAsking(at)).toBe(true);
  at.type(keys.ctrlD);
  expect(await at.ended).toBe(10);
});

/** An API on this machine that has one customer with one block. */
async function api(): Promise<Record<string, string>> {
  const server = createServer(({ url = '' }, response) => {
    if (url.endsWith('/invoices')) response.statusCode = 400;
    response.end(JSON.stringify(documentAt(url)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { ORB_BASE_URL: `http://127.0.0.1:${port}/v1`, ORB_API_KEY: 'key' };
}

function documentAt(url: string): object {
  if (url.startsWith('/v1/credit_blocks/')) return block();
  if (url.includes('/credits')) return page([block()]);
  return url.startsWith('/v1/customers?') ? page([customer()]) : customer();
}

const prompts = [
  ['ledger add', 'Which customer?'],
  ['ledger add acme --type increment', 'How many credits?'],
  ['blocks delete block1', 'to continue'],
  ['ledger add acme --amount 5 --expires +30d --description why', 'to acme (Acme Corp)?'],
] as const;

for (const [pressed, code, said] of [
  [keys.ctrlD, 10, 'End of input: nothing was written'],
  [keys.ctrlC, 130, 'Interrupted'],
] as const)
  for (const term of ['xterm-256color', 'dumb'])
    person(`${JSON.stringify(pressed)} at any prompt over HTTP ends with ${code} (${term})`, async () => {
      const env = { ...(await api()), TERM: term };
      for (const [line, question] of prompts) {
        const place = freshHome();
        const at = seat(words(line), { home: place, env });
        await at.see(question);
        at.type(pressed);
        expect(await at.ended, at.screen()).toBe(code);
        expect(at.screen().replaceAll('\n', '')).toContain(said);
        expect(recordedIn(place)).toEqual([]);
      }
    });

person('a terminal that is closed at a question ends with 129, and nothing is written', async () => {
  const place = await home();
  const ended = `${place}/ended`;
  const line = `"${process.execPath}" "${program}" ${grant} --sandbox <&0 & wait $!; echo $? >"${ended}"`;
  const at = seatOf(['bash', '-c', `trap '' HUP; (trap - HUP; ${line})`], { home: place });
  await at.see('to acme (Acme Corp)?');
  at.close();
  await at.ended;
  await expect.poll(() => readFileSync(ended, 'utf8')).toBe('129\n');
  expect(recordedIn(place)).toEqual([]);
});
