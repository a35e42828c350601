// Answers a request: finds the route, and turns refusals into problems.
import type { Exchange } from '../../wire/json.ts';
import { problemAnswer, RequestProblem } from './answers.ts';
import { notModelled } from './not-modelled.ts';
import { QueryReader } from './query.ts';
import type { ServerContext } from './route.ts';
import { findRoute } from './routes.ts';

/** The largest accepted body, in bytes. */
export const bodySizeMax = 1024 * 1024;

/**
 * Answers every request as the API does. Rejects only if there is no answer:
 * with a CreditctlError if the database fails, with another error for a defect of this program.
 */
export function createHandler(context: ServerContext): Exchange {
  return async ({ method, path, query, headers, body }) => {
    try {
      if (body !== undefined && Buffer.byteLength(body) > bodySizeMax) throw tooLarge();
      const route = findRoute(method, path);
      if (route === undefined) {
        throw (
          notModelled(method, path) ??
          new RequestProblem('404-url-not-found', `There is nothing at ${method} ${path}.`)
        );
      }
      const { params } = route;
      return await route.handler(context, {
        method,
        path,
        params,
        query: new QueryReader(query),
        headers,
        body,
      });
    } catch (error) {
      if (error instanceof RequestProblem) return problemAnswer(error);
      throw error;
    }
  };
}

export function tooLarge(): RequestProblem {
  return new RequestProblem(
    '413-request-too-large',
    `The body of a request may have ${bodySizeMax} bytes at most.`,
  );
}
