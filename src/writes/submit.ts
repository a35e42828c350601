// Submits a write exactly once, even if the command is repeated: reads the record, decides, notes, sends, notes again.
import { unitAfter } from '../credits/customer.ts';
import { CreditctlError, notApplied, valueArgs } from '../errors.ts';
import { outcomeUnknown } from '../orb/send.ts';
import { beforeSending, type CapTerms, noteAttempt, noteTaken, type OverCap } from '../record/attempt.ts';
import {
  contentText,
  type Decision,
  decideByContent,
  decideByKey,
  fingerprint,
  type Self,
} from '../record/decide.ts';
import { isOpen } from '../record/facts.ts';
import type { Write } from '../record/known-write.ts';
import type { RecordPolicy, WriteWithTexts } from '../record/record.ts';
import { type ApiRequest, marked, requestFromText } from '../requests/request.ts';
import { afterWrite } from '../runtime/after-write.ts';
import { parseJson } from '../wire/json.ts';
import { deliver, type Leaving } from './deliver.ts';
import {
  addressedTo,
  askedFor,
  customerNamed,
  isSame,
  otherAddress,
  readKnown,
  type WriteIntent,
} from './equal-writes.ts';
import { recover, settleEarlier, unseenSpan } from './settle-earlier.ts';
import { beginLease, type Settled, type Submission, selfOf } from './submission.ts';

/** `done`: the result. `leaving`: a noted write, ready to send. `again`: read the record again, with this intent. */
type SubmitStep<Result> =
  | { readonly done: Settled<Result> }
  | { readonly leaving: Leaving }
  | { readonly again: WriteIntent };

/**
 * Submits one write exactly once. Throws a CreditctlError with the key.
 * @param key the idempotency key set by hand or by the caller; without it, a new key is made
 */
export async function submit<Result>(
  request: ApiRequest,
  key: string | undefined,
  submission: Submission<Result>,
): Promise<Settled<Result>> {
  const content = contentText(request);
  submission.check(`${content} ${key ?? ''}`);
  const { requestAt, command } = submission;
  const print = fingerprint(content);
  let intent: WriteIntent = {
    request,
    requestAt,
    command,
    print,
    key,
    isNamed: key !== undefined,
    isResumed: false,
    isWaiting: false,
    inDoubt: undefined,
  };
  for (;;) {
    const { inDoubt } = intent;
    const turn = await nextStep(intent, submission).catch((error: unknown) => {
      throw inDoubt === undefined ? error : stillInDoubt(error, inDoubt);
    });
    if ('done' in turn) return turn.done;
    if ('again' in turn) {
      intent = turn.again;
      continue;
    }
    const { leaving } = turn;
    const delivered = await deliver(leaving, submission);
    if (!('leaseLost' in delivered)) return { ...delivered, manner: mannerOf(intent, delivered) };
    intent = {
      ...intent,
      key: leaving.begun.key,
      inDoubt: inDoubt ?? (delivered.leaseLost === 'after an attempt' ? leaving.begun.key : undefined),
    };
  }
}

/** A failure before the next attempt says that nothing was sent, but an earlier attempt of this run was. */
function stillInDoubt(error: unknown, key: string): unknown {
  if (!(error instanceof CreditctlError) || (error.facts.applied ?? 'no') !== 'no') return error;
  const { cause, idempotencyKey, status } = error.facts;
  // The API's own answer under the key counts for every attempt under it, and is noted.
  if (idempotencyKey !== undefined && status !== undefined) return error;
  const failure = cause instanceof CreditctlError ? cause : error;
  // The advice of an error about another write, such as a colleague's, would be taken for advice about this one.
  const isOther = idempotencyKey !== undefined && idempotencyKey !== key;
  return outcomeUnknown(isOther ? failure.with({ next: [] }) : failure).with({ idempotencyKey: key });
}

/** A key that this run made is new: if the API says that it has answered it before, that was an attempt of this run. */
function mannerOf({ key, isResumed }: WriteIntent, { manner }: Settled<unknown>): Settled<unknown>['manner'] {
  if (isResumed) return 'resumed';
  return key === undefined ? 'sent' : manner;
}

async function nextStep<Result>(
  intent: WriteIntent,
  submission: Submission<Result>,
): Promise<SubmitStep<Result>> {
  const { key } = intent;
  const { record } = submission;
  // These reads run together, to make one round trip to a remote record.
  const [known, self, kept, address, unseen] = await beforeSending(() => {
    const run = selfOf(submission);
    return Promise.all([
      readKnown(intent, run, submission),
      run,
      record.policy(),
      otherAddress(intent, submission),
      // An undo was already searched for when it was planned, because its key follows from the undone write.
      intent.isNamed && !intent.isResumed && submission.undoing === undefined
        ? unseenSpan(intent.request, record)
        : undefined,
    ]);
  });
  const [named] = known;
  const print = named !== undefined && isSame(named, intent) ? named.fingerprint : intent.print;
  const decision =
    key === undefined ? decideByContent(known, self) : decideByKey(named, { key, print }, self);
  switch (decision.kind) {
    case 'send': {
      // The record knows that no attempt was applied.
      if (intent.inDoubt !== undefined) return { again: { ...intent, inDoubt: undefined } };
      if (address !== undefined && !known.some(isOpen)) return { again: addressedTo(address, intent) };
      const recovered = unseen && (await recover({ ...intent, ...decision }, unseen, submission));
      if (recovered === 'moved') return { again: intent };
      if (recovered !== undefined) return { done: recovered };
      return noteBeforeSending(intent, { ...decision, kept }, submission);
    }
    case 'wait':
      if (!intent.isWaiting) submission.onWait(decision.earlier);
      await submission.pause(waitMs);
      return { again: { ...intent, isWaiting: true } };
    case 'answer':
      return answered(decision.earlier, decision.manner, { intent, self, submission });
    case 'settle': {
      const { earlier, options } = decision;
      const asked = askedFor(earlier, intent);
      const ending = await settleEarlier(earlier, { ...options, asked }, submission);
      if (ending === 'moved') return { again: { ...intent, inDoubt: earlier.key } };
      // The earlier key is used again, so that a late first attempt cannot make a second entry.
      if (ending === 'absent')
        return { again: { ...intent, key: earlier.key, isResumed: true, inDoubt: undefined } };
      return { done: { ...ending, ...begunByOther(earlier, self) } };
    }
  }
}

/** Milliseconds between two looks at a write that another process works on. */
const waitMs = 200;

const begunByOther = ({ who }: Pick<Write, 'who'>, self: Self) => (who === self.who ? {} : { begunBy: who });

/** Answers from the record. If two runs want to report the same unreported outcome, only one takes it. */
async function answered<Result>(
  earlier: WriteWithTexts,
  manner: 'unacknowledged' | 'known',
  {
    intent,
    self,
    submission,
  }: { readonly intent: WriteIntent; readonly self: Self; readonly submission: Submission<Result> },
): Promise<SubmitStep<Result>> {
  const { key, attempt, version, texts, undoneBy } = earlier;
  const stands = (error: unknown): never => {
    throw afterWrite(error, { key, isRepeatable: true });
  };
  if (manner === 'unacknowledged') {
    const taken = await noteTaken({ key, attempt, version }, submission).catch(stands);
    if (taken === undefined) return { again: intent };
  }
  const report = (): void => {
    if (earlier.acknowledgedAt === null) submission.onSettled({ key, attempt });
  };
  if (texts.answer === null) {
    // The person knows it now: the same command once more is another write.
    report();
    throw withoutAnswer(earlier);
  }
  const document = parseJson(texts.answer);
  const result = submission.read(document);
  // An undo that was itself undone does not count.
  const undoing = undoneBy === null ? undefined : await submission.record.write(undoneBy).catch(stands);
  report();
  const undone = undoing?.undoneBy === null ? { undoneBy: undoing.key } : {};
  const earlierRequest = requestFromText(texts.request);
  return {
    done: { result, document, key, earlierRequest, manner, ...begunByOther(earlier, self), ...undone },
  };
}

async function noteBeforeSending(
  intent: WriteIntent,
  {
    attempt,
    after,
    equalAfter,
    kept,
  }: Extract<Decision, { kind: 'send' }> & { readonly kept: RecordPolicy | undefined },
  submission: Submission<unknown>,
): Promise<{ readonly leaving: Leaving } | { readonly again: WriteIntent }> {
  const { isNamed, print } = intent;
  const key = intent.key ?? submission.newKey();
  const request = marked(intent.request, key);
  const [capTerms, customer] = await beforeSending(() =>
    Promise.all([submission.roomFor(request, kept), customerNamed(request, submission)]),
  );
  const checkLease = beginLease(submission);
  const made = { key, attempt, after, equalAfter, request, customer, fingerprint: print, isNamed, capTerms };
  const begun = await noteAttempt(made, submission);
  if (begun === undefined) return { again: intent };
  if ('cap' in begun) throw overCap(begun, capTerms);
  return { leaving: { begun, request, inDoubt: false, checkLease } };
}

/** The error for a write that would pass a cap, together with the credits reserved or moved so far. */
function overCap({ cap, used }: OverCap, { reserves }: CapTerms): CreditctlError {
  const whose = { customer: 'one customer', person: 'one person', team: 'the team' }[cap.scope];
  const amount = String(reserves?.amount);
  const what = `${amount} ${unitAfter(amount, cap.currency)} on top of ${used} granted today`;
  const message = `The policy refuses this write: ${what} is over the limit of ${cap.limit} for ${whose} in a day (${cap.name}); nothing was written`;
  return notApplied('refused', message, [
    'Change the write, or have the rule changed by whoever keeps the policy',
  ]);
}

/** The error for a write whose answer was erased, or that a person found to be applied. */
const withoutAnswer = ({ key, isNamed, entry, endedAt }: Write): CreditctlError =>
  new CreditctlError(
    'failure',
    `This write succeeded, as was noted on ${endedAt}, and the record has no answer of it`,
    {
      applied: 'yes',
      retrySafe: isNamed,
      idempotencyKey: key,
      next: [
        `See that write: creditctl history show ${valueArgs(key)}`,
        ...(entry === null ? [] : [`Its entry is ${entry}: creditctl ledger list <customer>`]),
      ],
    },
  );
