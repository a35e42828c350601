// Builds the answer to a request: a document, or the request's problem (Orb docs: error responses).
import { type Json, type JsonObject, type WireAnswer, writeJson } from '../../wire/json.ts';
import { type Refusal, refusals } from '../ledger/model.ts';

export const jsonAnswer = (
  status: number,
  document: JsonObject,
  headers: WireAnswer['headers'] = {},
): WireAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: writeJson(document),
});

const typeBase = 'https://docs.withorb.com/reference/error-responses';

/** The error types in use, each with its status and title (Orb docs: error responses). */
const kinds = {
  '400-constraint-violation': { status: 400, title: 'The request would violate a constraint.' },
  '400-duplicate-resource-creation': {
    status: 400,
    title: 'A resource with this identifier already exists.',
  },
  '400-request-validation-errors': { status: 400, title: 'Request validation did not succeed.' },
  '401-authentication-error': { status: 401, title: 'The request is not authenticated.' },
  // The contract has this status, which the official client uses; the docs say 404.
  '404-feature-not-available': { status: 400, title: 'This feature is not available.' },
  '404-resource-not-found': { status: 404, title: 'A specified resource was not found.' },
  '404-url-not-found': { status: 404, title: 'The requested URL was not found.' },
  '409-resource-conflict': { status: 409, title: 'The request conflicts with another one.' },
  '413-request-too-large': { status: 413, title: 'The request is too large.' },
  '429-too-many-requests': { status: 429, title: 'Too many requests were made.' },
  '500-internal-server-error': { status: 500, title: 'An internal error occurred.' },
} as const;

export type ProblemKind = keyof typeof kinds;

/** Thrown by a route to refuse the request; a running transaction is rolled back. */
export class RequestProblem extends Error {
  override readonly name = 'Problem';
  readonly kind: ProblemKind;
  readonly detail: string;
  readonly validationErrors: readonly Json[] | undefined;

  constructor(kind: ProblemKind, detail: string, validationErrors?: readonly Json[]) {
    super(detail);
    this.kind = kind;
    this.detail = detail;
    this.validationErrors = validationErrors;
  }
}

/** All problems of a request at once: sentences, or the problems of each event (contract: ValidationError). */
export function invalid(errors: readonly Json[]): RequestProblem {
  const texts = errors.map((error) => (typeof error === 'string' ? error : writeJson(error)));
  return new RequestProblem('400-request-validation-errors', texts.join('; '), errors);
}

/** @param type the resource's name in the API, `Customer` or `CreditBlock` */
export function notFound(type: string, id: string): RequestProblem {
  return new RequestProblem(
    '404-resource-not-found',
    `Could not find a resource of type ${type} with identifier: ${id}.`,
  );
}

export const violation = (sentence: string): RequestProblem =>
  new RequestProblem('400-constraint-violation', sentence);

/** Turns a refusal of the ledger core into a problem of the API. */
export function refused(refusal: Refusal): RequestProblem {
  switch (refusals[refusal.refused]) {
    case 'validation':
      return invalid([refusal.sentence]);
    case 'not-found':
      return new RequestProblem('404-resource-not-found', refusal.sentence);
    case 'constraint':
      return violation(refusal.sentence);
  }
}

export function problemAnswer(problem: RequestProblem, headers?: WireAnswer['headers']): WireAnswer {
  const { status, title } = kinds[problem.kind];
  const document: JsonObject = {
    type: `${typeBase}#${problem.kind}`,
    status,
    title,
    detail: problem.detail,
    validation_errors: problem.validationErrors,
  };
  return jsonAnswer(status, document, headers);
}
