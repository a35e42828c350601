// Turns the end of an attempt into the fact that the record keeps. Pure.
import { isJsonObject, type Json, type JsonObject, numberText, writeJson } from '../wire/json.ts';
import type { Ended, NewFact } from './facts.ts';

/** The end of an attempt, with the API's answer. */
export interface Ending {
  readonly state: Ended['state'];
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly replayed?: boolean;
  readonly found?: true | undefined;
  readonly message?: string;
  /** The document of a settled write. */
  readonly answer?: Json;
}

type Mask = (text: string) => string;

/** @param mask masks secrets in a text; a JSON text stays valid JSON */
export function newEnding(of: Pick<Ended, 'key' | 'attempt'>, ending: Ending, mask: Mask): NewFact {
  const { answer, message } = ending;
  // An API or a proxy may repeat a secret of the request in its answer.
  const texts = {
    answer: answer === undefined ? undefined : mask(writeJson(answer)),
    message: message === undefined ? undefined : mask(message),
  };
  return { fact: endedFact(of, ending, mask), texts };
}

function endedFact(of: Pick<Ended, 'key' | 'attempt'>, ending: Ending, mask: Mask): Ended {
  const { state, status, requestId, replayed, found, answer } = ending;
  return {
    kind: 'ended',
    ...of,
    state,
    status,
    request_id: requestId === undefined ? undefined : mask(requestId),
    replayed: replayed === true ? true : undefined,
    found,
    ...(isJsonObject(answer) ? entryFacts(answer, mask) : {}),
  };
}

/** The id, block and amounts of an entry; of any other document only the id. */
function entryFacts(document: JsonObject, mask: Mask): Partial<Ended> {
  const { id, credit_block: block, amount, starting_balance: before, ending_balance: after } = document;
  const blockId = isJsonObject(block) ? block.id : undefined;
  const [moved, start, end] = [amount, before, after].map(numberText);
  return {
    entry: typeof id === 'string' ? mask(id) : undefined,
    block: typeof blockId === 'string' ? mask(blockId) : undefined,
    amount: moved,
    starting_balance: start,
    ending_balance: end,
  };
}
