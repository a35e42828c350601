import { expect, test } from 'vitest';
import { runWizard, StepBack, type WizardStep } from '../../src/prompts/prompter.ts';

type Draft = Readonly<Record<string, string>>;
const back = Symbol('back');

/** Asks for a, b and c, in this order, with these answers; returns which were asked. */
async function ask(draft: Draft, ...plan: readonly (string | typeof back)[]) {
  const answers = [...plan];
  const asked: string[] = [];
  const question = (name: string): WizardStep<Draft> => ({
    isOpen: (said) => !(name in said),
    ask: async (said) => {
      asked.push(name);
      const answer = answers.shift();
      if (answer === undefined) throw new Error('nobody answers');
      if (answer === back) throw new StepBack();
      return { ...said, [name]: String(answer) };
    },
  });
  const draftAfter = await runWizard(draft, {
    questions: ['a', 'b', 'c'].map(question),
    prompter: undefined,
    finish: async (said) => said,
  });
  expect(answers).toEqual([]);
  return { draft: draftAfter, asked: asked.join('') };
}

test('what is open is asked for in order, and what is said is not', async () => {
  expect(await ask({ b: '2' }, '1', '3')).toEqual({ draft: { a: '1', b: '2', c: '3' }, asked: 'ac' });
});

test('a step back asks the question before again and forgets what was answered to it', async () => {
  expect(await ask({}, '1', back, '4', '2', '3')).toEqual({
    draft: { a: '4', b: '2', c: '3' },
    asked: 'ababc',
  });
});

test('two steps back lead over two questions, and over those that were not asked', async () => {
  expect(await ask({}, '1', '2', back, back, '5', '6', '7')).toMatchObject({
    draft: { a: '5', b: '6', c: '7' },
    asked: 'abcbabc',
  });
  expect(await ask({ b: '2' }, '1', back, '4', '3')).toMatchObject({ draft: { a: '4', b: '2', c: '3' } });
});

test('before the first question there is nothing', async () => {
  expect(await ask({}, back, '1', '2', '3')).toMatchObject({ asked: 'aabc' });
});

test('any other failure ends the questions', async () => {
  await expect(ask({}, '1')).rejects.toThrow('nobody answers');
});
