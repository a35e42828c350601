// `webhooks listen` as a process: its first line, its output, forwarding, and how it ends.
import { expect, test } from 'vitest';
import { signWebhook, webhookTimestamp } from '../../../src/wire/webhook-signature.ts';
import { receiving } from '../../sandbox/delivery/receiving.ts';
import { built, cleanEnvironment, program, start } from '../../support/built-program.ts';
import { linesOf, notesOf } from '../../support/command.ts';
import { freshHome } from '../../support/run.ts';

const secret = 'whsec_of_a_test';

async function listening(words: readonly string[] = []) {
  const env = cleanEnvironment(freshHome(), { ORB_WEBHOOK_SECRET: secret });
  const started = start(process.execPath, [program, 'webhooks', 'listen', '--port', '0', ...words], env);
  let said = '';
  const url = await new Promise<string>((resolve) => {
    started.child.stderr.on('data', (text: string) => {
      said += text;
      if (said.includes('\n')) resolve(JSON.parse(said.split('\n')[0] ?? '').url);
    });
  });
  return { ...started, url };
}

async function post(url: string, text: string, own = secret): Promise<number> {
  const timestamp = webhookTimestamp(Date.now());
  const signature = signWebhook(Buffer.from(text), timestamp, own);
  const headers = { 'X-Orb-Timestamp': timestamp, 'X-Orb-Signature': signature };
  return (await fetch(url, { method: 'POST', body: text, headers })).status;
}

const eventOf = (id: string) => JSON.stringify({ id, type: 'invoice.issued', invoice: { total: '1.00' } });

test('events are printed as they come, forwarded with their signature, and summed up at the end', async () => {
  const receiver = await receiving();
  receiver.secret = secret;
  const listener = await listening(['--forward-to', receiver.url, '-o', 'ndjson']);
  expect(listener.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/webhooks$/);
  expect(await post(listener.url, eventOf('e1'))).toBe(200);
  // It has left the program when it is answered.
  await listener.printed(`${eventOf('e1')}\n`);
  expect(await post(listener.url, eventOf('e1'))).toBe(200);
  expect(await post(listener.url, eventOf('e2'), 'other')).toBe(401);
  receiver.status = () => 500;
  expect(await post(listener.url, eventOf('e3'))).toBe(502);
  expect(receiver.taken.map(({ id }) => id)).toEqual(['e1', 'e3']);
  listener.child.kill('SIGINT');
  const ended = await listener.ended;
  expect({ code: ended.code, lines: linesOf(ended.stdout) }).toEqual({
    code: 0,
    lines: [JSON.parse(eventOf('e1'))],
  });
  expect(notesOf(ended).at(-1)).toEqual({
    webhooks: {
      received: 4,
      printed: 1,
      replayed: 1,
      refused: { wrong_signature: 1, forward_failed: 1 },
    },
  });
}, 30_000);

test('an event that is being forwarded at Ctrl-C is still printed and answered', async () => {
  const receiver = await receiving();
  const listener = await listening(['--forward-to', receiver.url]);
  receiver.status = () => {
    listener.child.kill('SIGINT');
    // Answers once the signal has arrived.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    return 200;
  };
  expect(await post(listener.url, eventOf('e1'))).toBe(200);
  const { code, stdout } = await listener.ended;
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${eventOf('e1')}\n` });
}, 30_000);

test('fields and jq choose from each event', async () => {
  const listener = await listening(['--json', 'id,invoice.total', '--jq', '.id']);
  expect(await post(listener.url, eventOf('e1'))).toBe(200);
  expect(await post(listener.url, eventOf('e2'))).toBe(200);
  listener.child.kill('SIGTERM');
  const { code, stdout } = await listener.ended;
  expect({ code, lines: stdout.trim().split('\n') }).toEqual({ code: 0, lines: ['e1', 'e2'] });
}, 30_000);

test('the end of its reader ends it, and the event that was not printed is not taken', async () => {
  const listener = await listening();
  listener.child.stdout.destroy();
  const statuses: number[] = [];
  // The first may still fit into the pipe.
  for (const id of ['e1', 'e2', 'e3']) {
    try {
      statuses.push(await post(listener.url, eventOf(id)));
    } catch {
      break;
    }
  }
  expect(statuses).toContain(503);
  expect((await listener.ended).code).toBe(0);
}, 30_000);

test('a port that is taken is a failure that names it', async () => {
  const listener = await listening();
  const { port } = new URL(listener.url);
  const env = cleanEnvironment(freshHome(), { ORB_WEBHOOK_SECRET: secret });
  const { code, stdout, stderr } = await built(['webhooks', 'listen', '--port', port], env);
  listener.child.kill('SIGTERM');
  await listener.ended;
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(`Port ${port} on 127.0.0.1 is in use`);
}, 30_000);
