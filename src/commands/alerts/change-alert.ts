// What every write to an existing alert does: ask which one if none is named, preview it, and write.
import { CreditctlError } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { idProblems } from '../../requests/command-words.ts';
import { checkOutput } from '../../runtime/show.ts';
import { type Preview, previewLine } from '../../views/preview.ts';
import { type CommandContext, keyProblems, openForWriting, type WriteContext } from '../../writes/execute.ts';
import {
  askAndWrite,
  checkedPrompter,
  idStep,
  type ObjectWrite,
  typedBackHints,
  writeObject,
} from '../../writes/for-customer.ts';
import { alertsOf } from './existing-alerts.ts';
import { askAlert } from './prompts.ts';
import { type AlertSwitch, alertSwitch } from './request.ts';
import { alertsView, alertText } from './view.ts';

/** What a write to an alert has in common with the others. */
export interface AlertWrite extends Pick<ObjectWrite<unknown>, 'title' | 'preview' | 'words'> {
  readonly id: string;
}

export interface AlertChange {
  /** The name of the command; also what is to be done, as in "no alerts to enable". */
  readonly verb: AlertSwitch | 'delete';
  readonly title: (id: string) => string;
  /** The write itself; a person who goes back chooses again. */
  readonly act: (write: AlertWrite, context: WriteContext) => Promise<void>;
}

/** Throws a `usage` error with every problem before it connects. */
export async function changeAlert(
  [named]: readonly string[],
  { verb, title: titleOf, act }: AlertChange,
  { flags, runtime }: CommandContext,
): Promise<void> {
  const problems = [...idProblems('<alert>', named), ...keyProblems(flags)];
  const prompter = await checkedPrompter(problems, flags, runtime);
  const hints = verb === 'delete' ? typedBackHints(named) : undefined;
  const connection = await openForWriting(flags, runtime, hints);
  const write = (id: string): Promise<void> => {
    const title = titleOf(id);
    const words = named === undefined ? ['alerts', verb, id] : undefined;
    const preview = () => alertPreview(title, id, connection);
    return act({ id, title, words, preview }, { connection, flags, runtime });
  };
  if (named !== undefined) return write(named);
  return askAndWrite<string | undefined, void>(
    { connection, customer: undefined, prompter },
    {
      draft: undefined,
      questions: (person) => [
        idStep(async (customer) => {
          const alerts = (await alertsOf(connection, customer)).map(({ record }) => record);
          return askAlert(person, alerts, verb);
        }),
      ],
      act: (_customer, id = '') => write(id),
    },
  );
}

async function alertPreview(title: string, id: string, { api }: Connection): Promise<Preview> {
  const { record, document } = await api.alert(id);
  return { lines: [title, previewLine('alert', alertText(record))], document: { alert: document } };
}

/** `alerts enable` and `alerts disable`. Throws a `failure` if the alert was switched back since an earlier run. */
export async function switchAlert(
  to: AlertSwitch,
  words: readonly string[],
  { flags, runtime }: CommandContext,
): Promise<void> {
  const choice = checkOutput(flags, alertsView);
  await changeAlert(
    words,
    {
      verb: to,
      title: (id) => `Turn alert ${id} ${to === 'enable' ? 'on' : 'off'}`,
      act: async ({ id, ...write }, context) => {
        const { api } = context.connection;
        const written = await writeObject(
          { ...write, request: alertSwitch(id, to), read: api.alertOf },
          { view: alertsView, choice, readAgain: () => api.alert(id) },
          context,
        );
        if (written === undefined || written.record.enabled === (to === 'enable')) return;
        throw switchedBack(id, written.settled.key);
      },
    },
    { flags, runtime },
  );
}

const switchedBack = (id: string, key: string): CreditctlError =>
  new CreditctlError('failure', `Your earlier command switched alert ${id}. It was switched back since`, {
    applied: 'yes',
    // A script that tries again by itself would overrule whoever switched it back.
    retrySafe: false,
    idempotencyKey: key,
    next: ['Ask who switched it back. To switch it again, run the same command again'],
  });
