// Posts one body to a URL and returns the result; follows neither redirects nor proxies.
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface Posting {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Milliseconds until the post is cancelled. */
  readonly timeout: number;
  /** Cancels the post at once. */
  readonly signal?: AbortSignal;
}

/** The status of the answer, or why there was no answer, as the end of a sentence. */
export type PostEnd = { readonly status: number } | { readonly failure: string };

/** Never rejects. The body of the answer is not read. */
export function postBody({ url, headers, body, timeout, signal }: Posting): Promise<PostEnd> {
  const limit = AbortSignal.timeout(timeout);
  const send = url.startsWith('https:') ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    const stop = signal === undefined ? limit : AbortSignal.any([limit, signal]);
    const options = {
      method: 'POST',
      headers: { ...headers, 'content-length': body.length },
      agent: false,
      signal: stop,
      // Set explicitly, so that no variable of Node switches the check off: an event names customers and amounts.
      rejectUnauthorized: true,
    } as const;
    const request = send(url, options, (response) => {
      resolve({ status: response.statusCode ?? 0 });
      response.destroy();
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (limit.aborted) resolve({ failure: `no answer within ${timeout / 1000} s` });
      else if (signal?.aborted === true) resolve({ failure: 'given up: the program ended' });
      else resolve({ failure: error.code ?? error.message });
    });
    request.end(body);
  });
}

/** Whether the receiver accepted the post. */
export const isAccepted = (end: PostEnd): boolean => 'status' in end && end.status >= 200 && end.status < 300;
