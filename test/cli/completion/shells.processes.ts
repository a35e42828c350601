// Completion in the real shells, at a real terminal: keys go in, the line on the screen comes out.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Shell } from '../../../src/cli/completion/shell-answer.ts';
import { isInstalled } from '../../docs/home.ts';
import { built, cleanEnvironment, program } from '../../support/built-program.ts';
import { freshHome } from '../../support/run.ts';
import { hasScript, type Seat, seatOf } from '../../support/terminal.ts';

const home = freshHome();
const bin = path.join(home, 'bin');
const env = {
  PATH: `${bin}:${process.env.PATH ?? '/usr/bin:/bin'}`,
  CREDITCTL_PROFILE: 'demo',
  PS1: '> ',
  PROMPT: '> ',
  // No greeting and no colours on the screen that is compared.
  fish_greeting: '',
};
let block = '';

beforeAll(async () => {
  mkdirSync(bin);
  const file = path.join(bin, 'creditctl');
  writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(file, 0o755);
  writeFileSync(path.join(home, 'two words.json'), '{}');
  const run = async (line: string): Promise<string> => {
    const { code, stdout, stderr } = await built(line.split(' '), cleanEnvironment(home));
    expect(code, stderr).toBe(0);
    return stdout;
  };
  await run('config set kind sandbox --profile demo');
  await run('config set kind sandbox --profile demolition');
  const added = await run('ledger add acme --amount 10 --sandbox --yes -o json');
  block = (JSON.parse(added) as { credit_block: { id: string } }).credit_block.id;
  await built(
    [
      'customers',
      'create',
      '--name',
      'Odd',
      '--email',
      'a@b.example',
      '--external-id',
      "o'dd one",
      '--sandbox',
      '--yes',
    ],
    cleanEnvironment(home),
  );
});

/** PowerShell has no package of Debian's own. */
type Tried = Exclude<Shell, 'powershell'>;

const commands: Readonly<Record<Tried, readonly string[]>> = {
  bash: ['bash', '--noprofile', '--norc', '-i'],
  zsh: ['zsh', '-f', '-i'],
  fish: ['fish', '--no-config', '-i'],
};

const setUp: Readonly<Record<Tried, string>> = {
  bash: `PS1='> '; cd; bind 'set bell-style none'; source <(creditctl completion bash); echo rea''dy`,
  zsh: `PROMPT='> '; cd; unsetopt beep; source <(creditctl completion zsh); echo rea''dy`,
  fish: `function fish_prompt; echo -n '> '; end; cd; creditctl completion fish | source; echo rea''dy`,
};

for (const shell of ['bash', 'zsh', 'fish'] as const) {
  const reason = !isInstalled(shell) ? `${shell} is not installed` : 'script of util-linux is not installed';
  const lacks = !isInstalled(shell) || !hasScript;

  describe.skipIf(lacks)(`${shell}${lacks ? ` (skipped: ${reason})` : ''}`, () => {
    let person: Seat;

    beforeAll(async () => {
      person = seatOf(commands[shell], { home, env, columns: 120 });
      person.type(`${setUp[shell]}\r`);
      await person.see(/^ready/m);
    });

    afterAll(() => person.type('\u0015exit\r'));

    /** Types a line and the Tab key, waits until the line on the screen is this, and clears it. */
    async function completes(typed: string, line: string): Promise<void> {
      person.type(typed);
      person.type('\t');
      const escaped = `> ${line}`.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      await person.see(new RegExp(`^${escaped}$`, 'm'));
      person.type('\u0015');
      await person.see(/^> *$(?![\s\S]*^> .)/m);
    }

    test('a command, a subcommand, an option and a fixed value', async () => {
      await completes('creditctl led', 'creditctl ledger');
      await completes('creditctl ledger a', 'creditctl ledger add');
      await completes('creditctl ledger add acme --desc', 'creditctl ledger add acme --description');
      await completes(
        'creditctl ledger list acme --type incr',
        'creditctl ledger list acme --type increment',
      );
      await completes(
        'creditctl ledger list acme --status=com',
        'creditctl ledger list acme --status=committed',
      );
    });

    test('names separated by commas, after the last comma', async () => {
      await completes(
        'creditctl ledger list acme --json id,entry_ty',
        'creditctl ledger list acme --json id,entry_type',
      );
    });

    test('customers by either id, and a block of the customer', async () => {
      await completes('creditctl balance ac', 'creditctl balance acme');
      const { stdout } = await built(
        ['customers', 'show', 'globex', '--sandbox', '--json', 'id'],
        cleanEnvironment(home),
      );
      const { id } = JSON.parse(stdout) as { id: string };
      await completes(`creditctl balance id:${id.slice(0, 6)}`, `creditctl balance id:${id}`);
      await completes(
        `creditctl blocks expire acme ${block.slice(0, 4)}`,
        `creditctl blocks expire acme ${block}`,
      );
    });

    test('profiles, also those that begin alike', async () => {
      await completes('creditctl config use demol', 'creditctl config use demolition');
      await completes(
        'creditctl balance acme --profile demol',
        'creditctl balance acme --profile demolition',
      );
    });

    test('a value with a quote and a blank is escaped, and completed within quotes', async () => {
      const escaped = shell === 'fish' ? `o\\'dd\\ one` : `o\\'dd\\ one`;
      await completes('creditctl balance o', `creditctl balance ${escaped}`);
      await completes('creditctl balance "o', `creditctl balance "o'dd one"`);
    });

    test('names of files', async () => {
      await completes(
        'creditctl ledger add acme --body two',
        'creditctl ledger add acme --body two\\ words.json',
      );
    });

    test('nothing is said where there is nothing to say, and nothing where the connection fails', async () => {
      await completes('creditctl nonsense x', 'creditctl nonsense x');
      await completes(
        'creditctl balance acm --profile nobody --db /nowhere/x --exte',
        'creditctl balance acm --profile nobody --db /nowhere/x --external-customer-id',
      );
      await completes('creditctl balance --profile nobody zz', 'creditctl balance --profile nobody zz');
      expect(person.screen()).not.toMatch(/creditctl: |Error/);
    });

    test('several candidates are listed, with what they are', async () => {
      person.type('creditctl blocks exp');
      person.type('\t');
      await person.see(/^> creditctl blocks expire ?$/m);
      person.type('\u0015creditctl config \t\t');
      // A shell draws the list from the top: with its last line the whole of it is there.
      const screen = await person.see(/use +.*Choose the profile/);
      expect(screen).toMatch(/path +(?:\(|-- {1,2})?\(?Print the path/);
      person.type('\u0015');
    });
  });
}
