// Writes docs/errors.md: runs each command line of the gallery and prints its error.
import { createServer } from 'node:http';
import { gallery, meanings } from './gallery.mjs';
import { World } from './program.mjs';

/** The address of the server as the page prints it; the real server uses a free port. */
const shownBase = 'http://127.0.0.1:4011/v1';

/** A base URL without a server: no program listens on port 9, but one might on the printed port. */
const silentBase = 'http://127.0.0.1:9/v1';

export async function errorGallery(program) {
  checkComplete(program.exitCodes);
  const sections = [];
  for (const [kind, code] of Object.entries(program.exitCodes)) {
    const entries = gallery.filter((entry) => entry.kind === kind);
    if (entries.length === 0) continue;
    sections.push(`## ${code}: ${kind}\n\n${meanings[kind]}\n`);
    for (const entry of entries) sections.push(await section(entry, code, program));
  }
  const rows = Object.entries(program.exitCodes).map(
    ([kind, code]) => `| ${code} | \`${kind}\` | ${meanings[kind]} |`,
  );
  return `# Errors

Every kind of error: a command line that causes it, what is printed, and what to do. This page is made by running these
command lines (\`npm run docs\`), each in a home folder of its own; ids and keys are those of one such run, \`~\` stands for
the home folder, and \`…\` for further lines of the same sort.

With a machine format (any \`-o\` but \`table\`, or \`--json\`), an error is one JSON object on one line of stderr:

- \`code\` is the name in the second column of the table below, and \`exit_code\` that in the first.
- \`applied\` says whether this run wrote anything: \`yes\`, \`no\` or \`unknown\`. Of a batch that is partly done, it is \`yes\`.
- \`retry_safe\` is \`true\` if you can run the same command line again and nothing is written twice. It does not say
  that the next run succeeds. Each command line of this page was run again to check it.
- \`next\` is a list of command lines and sentences: what you can do now.

| exit code | \`code\` | meaning |
|---:|---|---|
| 0 | | Done. A reader that closes the pipe (\`\\| head\`) is no failure either. |
${rows.join('\n')}

${sections.join('\n')}`;
}

function checkComplete(exitCodes) {
  for (const kind of Object.keys(exitCodes)) {
    if (meanings[kind] === undefined) throw new Error(`the error gallery does not say what ${kind} means`);
    if (!gallery.some((entry) => entry.kind === kind))
      throw new Error(`the error gallery has no example of ${kind}`);
  }
}

async function section(entry, code, program) {
  const { title, file, server, before = [], hours, line, answer, todo } = entry;
  const { printed, applied, retrySafe } = await caused(entry, code, program);
  const cause = [
    ...before,
    ...(line.includes('$BLOCK') ? ['# BLOCK is the id of the block that this made'] : []),
    ...(hours === undefined ? [] : [`# ${hours} hours later`]),
    line,
  ];
  const where =
    server !== undefined
      ? `Where the API ${server}:\n\n`
      : file !== undefined
        ? `With this file \`~/${file.name}\`:\n\n\`\`\`text\n${fileText(file.text)}\n\`\`\`\n\n`
        : '';
  return `### ${title}

${where}\`\`\`sh
${cause.join('\n')}
\`\`\`

${answer === undefined ? 'prints' : `${answer}, prints`}, with exit code ${code}:

\`\`\`text
${printed}
\`\`\`

\`applied\`: ${applied}, \`retry_safe\`: ${retrySafe}. ${todo}
`;
}

async function caused({ title, file, server, before = [], hours, line, how }, code, program) {
  const world = new World(program);
  const serving = line.includes(shownBase) ? await served(server, world) : undefined;
  try {
    const { baseUrl } = serving ?? { baseUrl: silentBase };
    world.rename(baseUrl, shownBase);
    world.rename(new URL(baseUrl).host, new URL(shownBase).host);
    // Creates the ledger first, because the notes about a new ledger do not belong to the error.
    if (file === undefined) await world.run('creditctl customers list --sandbox');
    else world.write(file.name, file.text);
    for (const earlier of before) await world.run(earlier);
    if (line.includes('$BLOCK')) world.variables.BLOCK = await newestBlock(world);
    if (hours !== undefined) world.advance(hours);
    const untouched = await written(world);
    const result = await world.run(line, how);
    if (result.code !== code)
      throw new Error(`"${title}" ended with ${result.code}, not ${code}:\n${result.printed}`);
    const once = await written(world);
    const again = await world.run(inJson(line), how);
    const { retry_safe: retrySafe } = errorIn(again.printed, title);
    // From the first run, because a second run of a batch finds its rows applied.
    const [, applied = 'no'] = /(?:^ {2}Applied: |"applied":")(\w+)/m.exec(result.printed) ?? [];
    checkTrue({ title, applied, retrySafe, keys: serving?.keys ?? new Set() }, [
      untouched,
      once,
      await written(world),
    ]);
    return { printed: shortened(result.printed), applied, retrySafe };
  } finally {
    await serving?.close();
    world.end();
  }
}

/** The same command line with its error as JSON: CSV also works with `--columns`. */
const inJson = (line) => (line.includes(' -o ') ? line : `${line} -o csv`);

/** The error at the end of the output. */
function errorIn(printed, title) {
  const last = printed.trimEnd().split('\n').at(-1) ?? '';
  if (!last.startsWith('{"error":')) throw new Error(`"${title}" is not printed as JSON:\n${printed}`);
  return JSON.parse(last).error;
}

/** The number of entries in the embedded ledger. */
async function written(world) {
  let entries = 0;
  for (const customer of ['acme', 'globex']) {
    const { stdout } = await world.run(`creditctl ledger list ${customer} --all --sandbox --json id`);
    entries += JSON.parse(stdout || '[]').length;
  }
  return entries;
}

/** Fails if an error makes a false claim about its write. */
function checkTrue({ title, applied, retrySafe, keys }, [before, once, twice]) {
  if (applied === 'no' && once !== before) throw new Error(`"${title}" says that nothing was applied`);
  if (retrySafe && (twice !== once || keys.size > 1))
    throw new Error(`"${title}" says that it is safe to run again, and wrote twice`);
  if (!retrySafe && applied === 'no')
    throw new Error(`"${title}" applied nothing, and is not safe to repeat`);
}

async function newestBlock(world) {
  const { stdout } = await world.run('creditctl blocks list acme --all-blocks --sandbox --json id');
  return JSON.parse(stdout)[0].id;
}

/** Keeps the first two of many retries, and replaces the request id by a fixed one. */
function shortened(printed) {
  const lines = printed
    .trimEnd()
    .replaceAll(/(Request id: |"request_id":")[0-9a-f]+/g, (_, name) => `${name}5d19300cbc72abc59fa42536`)
    .replaceAll(/\((?:5|6) attempts\)/g, '(6 attempts)')
    .split('\n');
  const isRetry = (line) => /^Trying again|^\{"retry"/.test(line);
  const retries = lines.filter(isRetry);
  if (retries.length <= 3) return lines.join('\n');
  return lines
    .flatMap((line) => {
      const place = isRetry(line) ? retries.indexOf(line) : -1;
      if (place < 2) return [line];
      return place === 2 ? ['…'] : [];
    })
    .join('\n');
}

const json = (status, body) => ({ status, type: 'application/json', body: JSON.stringify(body) });
const noCustomers = json(200, { data: [], pagination_metadata: { has_more: false, next_cursor: null } });
const errorTypes = 'https://docs.withorb.com/reference/error-responses';

const answers = {
  'answers a write with 201 and an empty object': json(201, {}),
  'answers a write with the entry of another customer': json(201, {
    id: 'mN3Vx8Zc5tQw2RyK',
    ledger_sequence_number: 7,
    entry_type: 'increment',
    entry_status: 'committed',
    customer: { id: '4QYWy9UbDY8yXKKd', external_customer_id: 'globex' },
    starting_balance: 0,
    ending_balance: 5,
    amount: 5,
    currency: 'credits',
    created_at: '2026-11-23T12:00:00+00:00',
    description: null,
    metadata: {},
    credit_block: { id: 'W9vZ3nQ4xT7yPq2R', expiry_date: null, per_unit_cost_basis: null, filters: [] },
  }),
  'answers 429 to everything': json(429, {
    type: `${errorTypes}#429-too-many-requests`,
    title: 'Too many requests.',
  }),
  'answers 500 to everything': json(500, {
    type: `${errorTypes}#500-internal-server-error`,
    title: 'An internal error occurred.',
  }),
  'answers 500 to every write': json(500, {
    type: `${errorTypes}#500-internal-server-error`,
    title: 'An internal error occurred.',
  }),
  'answers everything with a web page': {
    status: 200,
    type: 'text/html',
    body: '<!doctype html><p>Hello</p>',
  },
};

/** Starts the server of an error on a free port. @param kind `undefined`: no server answers */
async function served(kind, world) {
  if (kind?.startsWith('is the embedded ledger')) return world.serve();
  const answer = kind === undefined ? {} : answers[kind];
  const keys = new Set();
  const server = createServer((request, response) => {
    request.resume();
    if (request.method === 'POST') keys.add(request.headers['idempotency-key']);
    // Before the first write, the program reads customers to recognise the account.
    const isRecognising = kind?.includes('write') && request.url?.startsWith('/v1/customers?');
    const { status, type, body } = (isRecognising ? noCustomers : answer) ?? {};
    if (status === undefined) return request.socket.destroy();
    response.writeHead(status, { 'content-type': type, connection: 'close' });
    response.end(body);
  });
  if (answer === undefined && !/^cuts every/.test(kind)) throw new Error(`no server ${kind}`);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const close = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  if (kind === undefined) await close();
  return { baseUrl: `http://127.0.0.1:${port}/v1`, close, keys };
}

/** The lines of a file; only the beginning of a very long line. */
const fileText = (text) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => (line.length > 100 ? `${line.slice(0, 60)}…` : line))
    .join('\n');
