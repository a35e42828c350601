// An API that leaves entries out of its lists, as one that is only eventually consistent does.
import type { Exchange, WireAnswer, WireRequest } from '../../src/wire/json.ts';

/** @param isLeft which entries @param unless lists that are whole, by their query */
export const leavingOut =
  <Entry>(isLeft: (entry: Entry) => boolean, unless: (query: string) => boolean = () => false) =>
  async (request: WireRequest, exchange: Exchange): Promise<WireAnswer> => {
    const answer = await exchange(request);
    if (!request.path.endsWith('/credits/ledger') || unless(request.query.flat().join())) return answer;
    const page = JSON.parse(answer.body) as { readonly data: readonly Entry[] };
    return { ...answer, body: JSON.stringify({ ...page, data: page.data.filter((each) => !isLeft(each)) }) };
  };
