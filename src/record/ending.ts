// How an attempt at a write ended, as the fact that the record keeps. Pure.
import { isJsonObject, type Json, type JsonObject, numberText, writeJson } from '../wire/json.ts';
import type { Ended, NewFact } from './facts.ts';

/** How an attempt ended, with what the API said. */
export interface Ending {
  readonly state: Ended['state'];
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly replayed?: boolean;
  readonly found?: true;
  readonly message?: string;
  /** The document of a settled write. */
  readonly answer?: Json;
}

type Mask = (text: string) => string;

/** @param mask takes secrets out of a text, and leaves a JSON string one */
export function newEnding(of: Pick<Ended, 'key' | 'attempt'>, ending: Ending, mask: Mask): NewFact {
  const { answer, message } = ending;
  // What an API or a proxy sends back may hold what it was sent.
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

/** What an entry says of itself; of another document its id alone. */
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
