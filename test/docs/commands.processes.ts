// The examples of the commands that only a shell can show work on the embedded ledger in a fresh home.
import { afterAll, expect, test } from 'vitest';
import { commandsOf } from '../../src/cli/command-tree.ts';
import { program } from '../../src/commands/program.ts';
import { needsShell } from '../support/examples.ts';
import { freshDatabase, hasPostgres, roles } from '../support/postgres.ts';
import { PreparedHome } from './home.ts';

/** These examples need none of its ids, which five starts of the program would make. */
const home = new PreparedHome();
afterAll(() => home.remove());

/** A command that only ends when it is stopped. */
const untilItIsReady = (line: string, stream = ''): string => `
${line} ${stream}> ready.json &
until [ -s ready.json ]; do sleep 0.05; done
kill $!
wait $!`;

const webhookSecret = 'export ORB_WEBHOOK_SECRET=whsec_of_a_reader';

/** What somebody has captured a moment ago. */
const captured = `${webhookSecret}
printf '{"id":"e1","type":"invoice.issued"}' > event.json
TIMESTAMP=$(node -p 'new Date().toISOString().slice(0, -1)')
SIGNATURE=v1=$( (printf 'v1:%s:' "$TIMESTAMP"; cat event.json) |
  node -e 'process.stdin.pipe(crypto.createHmac("sha256", process.env.ORB_WEBHOOK_SECRET).setEncoding("hex")).pipe(process.stdout)')`;

const beforeADatabase = async (line: string): Promise<string> =>
  `export CREDITCTL_RECORD='${(await freshDatabase('template0')).url(roles.owner)}'\n${line}`;

const asRun = (name: string, line: string): string => {
  if (name === 'sandbox serve') return untilItIsReady(line);
  if (name === 'webhooks listen') return `${webhookSecret}${untilItIsReady(line, '2')}`;
  return name === 'webhooks verify' ? `${captured}\n${line}` : line;
};

for (const { path, examples } of commandsOf(program)) {
  const name = path.join(' ');
  const isLacking = name === 'record init' && !hasPostgres;
  test.skipIf(isLacking).for(examples.filter(needsShell))('creditctl %s', async (example) => {
    const line = asRun(name, `creditctl ${example}`);
    const { code, stderr } = await home.run(name === 'record init' ? await beforeADatabase(line) : line);
    expect(code, stderr).toBe(0);
  });
}
