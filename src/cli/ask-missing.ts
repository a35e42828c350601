// Asks for the required values that a command line lacks, as the command's usage describes them, then runs the command.
import { CreditctlError, type ErrorKind, flagArgs, type Offered, type Problem } from '../errors.ts';
import { type Prompter, runWizard, type WizardStep } from '../prompts/prompter.ts';
import { answeredNote } from '../requests/command-args.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { type Chosen, fixedValues, readOptionFlags, type UsageWord, usageForms } from './command-tree.ts';

/** A required value that the line lacks, and its description in the usage. */
interface Question {
  readonly problem: Problem;
  /** The name of the value: `file` of `<file>`, `plan` of `--out <plan>`. */
  readonly name: string;
  /** The positional; not set if an option takes the value. */
  readonly word?: UsageWord;
  readonly option?: {
    readonly long: string;
    readonly property: string;
    readonly text: string;
    readonly values: readonly string[];
  };
}

/** The answers so far, by the `where` of each problem. */
type Answers = Readonly<Record<string, string>>;

/** In the order of the line; `undefined` if the usage does not name one of the missing values. */
export function questionsFor(problems: readonly Problem[], chosen: Chosen): readonly Question[] | undefined {
  const found = problems.flatMap((problem) => questionFor(problem, chosen) ?? []);
  return found.length === problems.length ? found : undefined;
}

function questionFor(problem: Problem, { command, args }: Chosen): Question | undefined {
  const { where } = problem;
  for (const { flags, text, name: property, values = [] } of command.options) {
    const read = readOptionFlags(flags);
    if (read.long !== where || read.value === undefined) continue;
    const option = { long: read.long, property: property ?? read.property, text, values };
    return { problem, name: read.value.name, option };
  }
  const form = usageForms(command.usage).find((each) =>
    args.every((typed, index) => each[index]?.kind !== 'literal' || each[index]?.text === typed),
  );
  const word = form?.slice(args.length).find(({ text }) => text === where);
  return word === undefined ? undefined : { problem, name: where.replace(/[<>]/g, ''), word };
}

interface Asking {
  readonly questions: readonly Question[];
  readonly prompter: Prompter;
  readonly runtime: Runtime;
}

/**
 * Asks each question, with a way back, and runs the command. Asks again after a wrong answer, and at the end prints the
 * command line that needs no questions. Throws as the command does.
 */
export async function askAndRun(chosen: Chosen, asking: Asking): Promise<void> {
  const { questions, prompter, runtime } = asking;
  let given: Answers = {};
  let wrong: CreditctlError | undefined;
  const finish = async (answers: Answers): Promise<void> => {
    given = answers;
    const { args, flags } = lineWith(answers, asking, chosen);
    await chosen.command.run(args, flags, runtime);
  };
  const nameLine = (): void => {
    const { args, said } = lineWith(given, asking, chosen);
    runtime.note(answeredNote(args.slice(chosen.args.length), runtime, said));
  };
  do {
    const before = given;
    const right = questions.filter(({ problem: { where } }) => wrong !== undefined && !isAbout(wrong, where));
    const kept = Object.fromEntries(right.map(({ problem: { where } }) => [where, before[where] ?? '']));
    const steps = questions.map((question) => step(question, { before, chosen, prompter }));
    const isFirst = wrong === undefined;
    wrong = undefined;
    try {
      await runWizard(kept, { questions: steps, prompter: isFirst ? prompter : undefined, finish });
    } catch (error) {
      if (!(error instanceof CreditctlError)) throw error;
      const { problems = [] } = error.facts;
      const isOfAnswers = problems.every(({ where }) => where in given);
      if (problems.length === 0 || !isOfAnswers) {
        if (ranToItsEnd.has(error.kind)) nameLine();
        throw error;
      }
      prompter.hint(error.message);
      wrong = error;
    }
  } while (wrong !== undefined);
  nameLine();
}

/** Failures of a command that ran to its end. */
const ranToItsEnd: ReadonlySet<ErrorKind> = new Set(['check-failed', 'partly-done', 'outcome-unknown']);

const isAbout = ({ facts }: CreditctlError, place: string): boolean =>
  facts.problems?.some(({ where }) => where === place) === true;

function lineWith(answers: Answers, { questions, runtime }: Asking, { command, args, flags }: Chosen) {
  const answered = questions.map(({ problem, option }) => ({ option, answer: answers[problem.where] ?? '' }));
  const options = answered.flatMap(({ option, answer }) =>
    option === undefined ? [] : [{ option, answer }],
  );
  const takes = (name: 'yes' | 'confirm'): boolean =>
    !(name in flags) && command.options.some((option) => readOptionFlags(option.flags).property === name);
  return {
    args: [...args, ...answered.flatMap(({ option, answer }) => (option === undefined ? [answer] : []))],
    flags: {
      ...flags,
      ...Object.fromEntries(options.map(({ option, answer }) => [option.property, answer])),
    },
    said: [
      ...options.flatMap(({ option, answer }) => flagArgs(option.long, answer)),
      ...(takes('yes') ? ['--yes'] : []),
      ...(takes('confirm') ? flagArgs('--confirm', runtime.consent.typedBack) : []),
    ],
  };
}

interface Step extends Pick<Asking, 'prompter'> {
  readonly chosen: Chosen;
  /** The answers from before the command rejected one of them. */
  readonly before: Answers;
}

const step = (question: Question, { before: earlier, chosen, prompter }: Step): WizardStep<Answers> => {
  const { where } = question.problem;
  return {
    isOpen: (answers) => answers[where] === undefined,
    ask: async (answers, before) => {
      const typed = Object.values(answers).at(-1) ?? chosen.args.at(-1);
      const answer = await ask({ ...question, typed, initial: (before ?? earlier)[where] }, chosen, prompter);
      return { ...answers, [where]: answer };
    },
  };
};

interface Asked extends Question {
  /** The word before the missing one. */
  readonly typed: string | undefined;
  /** The earlier answer, if the person went back. */
  readonly initial: string | undefined;
}

async function ask({ typed, initial, ...question }: Asked, { command }: Chosen, prompter: Prompter) {
  const { problem, name, word, option } = question;
  const meanings = new Map(command.terms?.list);
  const known = word === undefined ? (option?.values ?? []) : fixedValues(word, typed, command.values);
  // A value such as `kind=` is only the fixed beginning of an answer, so it is not offered.
  const whole = known.filter((value) => !value.endsWith('='));
  const offered: readonly Offered[] =
    (await problem.choices?.()) ?? whole.map((value) => hinted(value, meanings.get(value)));
  if (offered.length > 0)
    return prompter.choose({
      message: `Which ${name}?`,
      choices: offered.map((each) => ({ name: each.value, ...each })),
      initial,
    });
  // Keeps the part of the problem after "is missing".
  const said = problem.problem.replace(/^is missing[:;,]? ?/, '');
  const hint = said || (option?.text ?? meanings.get(typed ?? '') ?? '');
  const label = option?.long ?? name.charAt(0).toUpperCase() + name.slice(1);
  const answer = await prompter.text({
    message: hint === '' ? label : `${label} (${hint})`,
    ...(initial === undefined ? {} : { initial }),
    check: (text) => (text.trim() === '' ? 'Enter a value' : undefined),
  });
  return answer.trim();
}

const hinted = (value: string, hint: string | undefined): Offered =>
  hint === undefined ? { value } : { value, hint };
