// Writes docs/commands.md: every command as its help describes it.

export function commandReference({ program, isGroup, helpText, paragraphsOf }) {
  const runtime = { version: '', argv: [], terminal: { showsTables: false, width: 100 } };
  const commands = program.nodes.flatMap((node) =>
    isGroup(node)
      ? node.commands().map((command) => ({ ...command, path: [node.name, command.name] }))
      : [{ ...node, path: [node.name] }],
  );
  const sections = commands.map((command) =>
    section({ ...command, paragraphs: paragraphsOf(command) }, helpText(program, command.path, runtime)),
  );
  return `# Commands

This page is made from the program itself (\`npm run docs\`); a test fails if the two differ. Each example is run by the
tests, in a fresh home folder, on the embedded ledger.

${commands.map(({ path, summary }) => `- [${path.join(' ')}](#${path.join('-')}): ${lower(summary)}`).join('\n')}

## What all commands share

\`<customer>\` is the external customer id. \`id:4QYWy9UbDY8yXKKd\` means Orb's own id, and
\`--external-customer-id\` or \`--customer-id\` may take the place of the leading word. A **date** is \`2027-01-31\`, an RFC 3339
time, \`+30d\`, \`+6w\`, \`+3m\`, \`+1y\`, \`today\`, \`eom\`, \`eoq\` or \`eoy\`; a calendar date means the start of that day in
the customer's time zone. An **amount** is a plain decimal with at most 18 significant digits, and stays exact.

\`\`\`text
${program.options.map(({ flags, text }) => `${flags.padEnd(23)} ${text}`).join('\n')}
\`\`\`

The [error pages](errors.md) show each error with its exit code, its cause and what to do.

${sections.join('\n')}`;
}

function section({ path, paragraphs, terms, summary, examples }, help) {
  return `## ${path.join(' ')}

${[`${summary}.`, ...paragraphs].join('\n\n').replaceAll('<', '\\<')}
${termList(terms)}
\`\`\`text
${synopsis(help)}
\`\`\`

\`\`\`sh
${examples.map((example) => `creditctl ${example}`).join('\n')}
\`\`\`
`;
}

const termList = (terms) =>
  terms === undefined
    ? ''
    : `\n${terms.title}:\n\n${terms.list.map(([term, meaning]) => `- \`${term}\`: ${meaning}\n`).join('')}`;

/** The help without the parts that the page prints elsewhere: the description and the global options. */
function synopsis(help) {
  const usage = help.slice(0, help.indexOf('\n'));
  const from = help.indexOf('\nOptions:\n');
  const to = help.indexOf('\nOptions of every command:');
  const options = help.slice(from, to === -1 ? undefined : to).trim();
  const own = options.split('\n').filter((line) => !/^\s+-h, --help /.test(line));
  return own.length > 1 ? `${usage}\n\n${own.join('\n')}` : usage;
}

const lower = (text) => text.charAt(0).toLowerCase() + text.slice(1);
