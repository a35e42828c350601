// How every write to an existing alert begins: with its id, typed or chosen.
import type { Connection } from '../../orb/connection.ts';
import type { About } from '../../prompts/customer.ts';
import type { Prompter } from '../../prompts/prompter.ts';
import type { WizardStep } from '../../prompts/wizard.ts';
import { idProblems } from '../../requests/id-argument.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { type Preview, previewLine } from '../../views/preview.ts';
import { keyProblems, openForWriting, type WriteFlags } from '../../writes/execute.ts';
import { askAndWrite, checkedPrompter, typedBackHints } from '../../writes/for-customer.ts';
import { askAlert } from './prompts.ts';
import { alertsOf } from './read-alerts.ts';
import { alertText } from './view.ts';

export interface OpenAlert {
  readonly connection: Connection;
  readonly id: string;
  /** Whether a person was asked which one. */
  readonly isAsked: boolean;
}

export interface AlertStory<Result> {
  /** What to do with it, as in "no alerts to enable". */
  readonly purpose: string;
  /** The write itself; a person who goes back chooses again. */
  readonly act: (open: OpenAlert) => Promise<Result>;
}

/** Asks for the alert if none is named, and writes to it. */
export async function writeToAlert<Result>(
  named: string | undefined,
  { purpose, act }: AlertStory<Result>,
  { flags, runtime }: { readonly flags: WriteFlags; readonly runtime: Runtime },
): Promise<Result> {
  const problems = [...idProblems('<alert>', named), ...keyProblems(flags)];
  const prompter = await checkedPrompter(problems, flags, runtime);
  const isDestroyed = purpose === 'delete';
  const connection = await openForWriting(flags, runtime, isDestroyed ? typedBackHints(named) : undefined);
  if (named !== undefined) return act({ connection, id: named, isAsked: false });
  const open = { connection, customer: undefined, prompter };
  return askAndWrite<string | undefined, Result>(open, {
    draft: undefined,
    questions: (person) => [alertStep(person, purpose, connection)],
    act: (_customer, id = '') => act({ connection, id, isAsked: true }),
  });
}

const alertStep = (
  prompter: Prompter,
  purpose: string,
  connection: Connection,
): WizardStep<About<string | undefined>> => ({
  isOpen: ({ draft }) => draft === undefined,
  ask: async (said) => {
    if (said.customer === undefined) return said;
    const alerts = (await alertsOf(connection, said.customer)).map(({ record }) => record);
    return { ...said, draft: (await askAlert(prompter, alerts, purpose)).id };
  },
});

/** Looks up the alert to change. */
export async function alertPreview(title: string, { connection, id }: OpenAlert): Promise<Preview> {
  const { record, document } = await connection.api.alert(id);
  return { lines: [title, previewLine('alert', alertText(record))], document: { alert: document } };
}
