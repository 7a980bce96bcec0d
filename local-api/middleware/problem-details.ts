import { AssayError, messageOf } from '../../engine/errors.ts';
import type { Logger } from '../../engine/system/index.ts';
import {
  type ErrorCode,
  errorTable,
  isErrorCode,
  type Problem,
  type ProblemDetails,
} from '../contract/index.ts';
import type { ErrorMiddleware, HttpRequest, HttpResponse } from './http-types.ts';
import { retryAfterSeconds } from './retry-after.ts';

/** More faults than a person can work through would only make the answer slow. */
const MAX_PROBLEMS = 1000;

export type Fault = {
  code: ErrorCode;
  detail: string;
  hint: string;
  problems: readonly Problem[] | undefined;
};

/**
 * What is told about a thrown value. An `AssayError`, also one that lost its class on the way through a process, keeps
 * its code; what Express and its body parser throw gets one; anything else is `internal` and shows nothing of itself.
 */
export function faultOf(thrown: unknown): Fault {
  if (thrown instanceof AssayError) {
    const { code, message, hint, problems } = thrown;
    return { code, detail: message, hint, problems };
  }
  const named = fieldsOf(thrown);
  if (typeof named.code === 'string' && isErrorCode(named.code)) {
    const problems = Array.isArray(named.problems) ? (named.problems as Problem[]) : undefined;
    return { code: named.code, detail: messageOf(thrown), hint: errorTable[named.code].hint, problems };
  }
  const parserCode = bodyParserCodes[String(named.type)];
  if (parserCode) return plain(parserCode, messageOf(thrown));
  if (named.status === 400 && thrown instanceof URIError) {
    return plain(
      'request/invalid',
      'The address has a percent sign that is not followed by two hexadecimal digits.',
    );
  }
  return plain('internal', 'An unexpected error happened; the log has it under the id of this request.');
}

/** `type` of the errors that Express's body parser throws. Its JSON faults are read where the body is read. */
const bodyParserCodes: Record<string, ErrorCode> = {
  'entity.too.large': 'request/too-large',
  'charset.unsupported': 'request/unsupported-media-type',
  'encoding.unsupported': 'request/unsupported-media-type',
  'request.size.invalid': 'request/malformed',
  'stream.encoding.set': 'internal',
};

function plain(code: ErrorCode, detail: string): Fault {
  return { code, detail, hint: errorTable[code].hint, problems: undefined };
}

function fieldsOf(thrown: unknown): Record<string, unknown> {
  return typeof thrown === 'object' && thrown !== null ? { ...thrown } : {};
}

/** Answers every error as RFC 9457 problem details, counts it, and logs those that are the engine's own. */
export function answerProblems(options: {
  logger: Logger;
  countError(endpointId: string, code: ErrorCode): void;
}): ErrorMiddleware {
  return (thrown, request, response, _next) => {
    const fault = faultOf(thrown);
    const { status } = errorTable[fault.code];
    const { requestId, route, endpointId } = response.locals;
    if (isDisconnect(thrown)) {
      options.logger.debug({ requestId, method: request.method, route }, 'The client has gone');
      response.destroy();
      return;
    }
    options.countError(endpointId, fault.code);
    const fields = { requestId, method: request.method, route, code: fault.code, status };
    if (status >= 500) options.logger.error({ ...fields, err: thrown }, fault.detail);
    else options.logger.debug(fields, fault.detail);
    if (response.headersSent || response.destroyed) {
      // Half an answer is on its way: cutting the connection is the only honest end.
      response.destroy();
      return;
    }
    sendProblem(request, response, fault);
  };
}

const disconnectCodes = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE']);

/** The other side went away: nobody is left to be told, and nothing is wrong here. */
function isDisconnect(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  return thrown.name === 'AbortError' || disconnectCodes.has(String(fieldsOf(thrown).code));
}

function sendProblem(request: HttpRequest, response: HttpResponse, fault: Fault): void {
  const { status, title } = errorTable[fault.code];
  const problem: ProblemDetails = {
    type: `/docs/errors#${fault.code}`,
    title,
    status,
    code: fault.code,
    detail: fault.detail,
    hint: fault.hint,
    instance: request.path,
    requestId: response.locals.requestId,
  };
  if (fault.problems && fault.problems.length > 0) problem.problems = fault.problems.slice(0, MAX_PROBLEMS);
  const retryAfter = retryAfterSeconds[fault.code];
  if (retryAfter !== undefined) response.setHeader('Retry-After', String(retryAfter));
  response.statusCode = status;
  response.removeHeader('Content-Disposition');
  response.removeHeader('ETag');
  response.setHeader('Content-Type', 'application/problem+json');
  response.end(JSON.stringify(problem));
  if (!request.complete) drainBriefly(request);
}

/**
 * A refused upload: going on reading for a moment lets the sender see the answer (closing at once would reset the
 * connection under it), but not for as long as it cares to send.
 */
function drainBriefly(request: HttpRequest): void {
  request.resume();
  const timer = setTimeout(() => request.destroy(), 2000);
  request.once('close', () => clearTimeout(timer));
}
