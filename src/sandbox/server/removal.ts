// How a route answers DELETE: it takes no query parameters, works as the only writer, and answers nothing.
import { QueryReader } from './query.ts';
import type { RoutedRequest, RouteHandler, ServerContext } from './route.ts';

/** @param remove throws a Problem where there is nothing to delete, or it may not be deleted */
export const removal =
  (remove: (context: ServerContext, params: RoutedRequest['params']) => void): RouteHandler =>
  async (context, { params, query }) => {
    new QueryReader(query).finish();
    return context.write(() => {
      remove(context, params);
      return { status: 204, headers: {}, body: '' };
    });
  };
