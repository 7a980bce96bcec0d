import type { NextFunction, Request, Response } from 'express';

/** What the middleware knows about a request, kept on `response.locals`. */
type RequestState = {
  requestId: string;
  /** Route template such as `/api/v1/runs/{runId}`; `unmatched` until one is found. Bounds the labels of the metrics. */
  route: string;
  /** Id of the endpoint, for the error counter; empty outside the contract. */
  endpointId: string;
};

export type HttpRequest = Request;
export type HttpResponse = Response<unknown, RequestState>;
export type Middleware = (request: HttpRequest, response: HttpResponse, next: NextFunction) => void;
export type ErrorMiddleware = (
  error: unknown,
  request: HttpRequest,
  response: HttpResponse,
  next: NextFunction,
) => void;
