import type { EndpointPredictRequest, EndpointRoute } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import type { PredictionCall } from './endpoint-service.ts';

/** What decides over the arm of a request: the key that the route names, or its own id. */
export function stickyKey(
  route: EndpointRoute,
  { rows, columns }: EndpointPredictRequest,
  { header, requestId }: PredictionCall,
): string {
  const by = route.kind === 'ab' || route.kind === 'canary' ? route.stickyBy : null;
  if (by === null) return requestId;
  if (by.from === 'header') return header(by.name.toLowerCase()) ?? requestId;
  const row = rows?.[0];
  const cell = row !== undefined && Object.hasOwn(row, by.name) ? row[by.name] : undefined;
  const column = columns !== undefined && Object.hasOwn(columns, by.name) ? columns[by.name]?.[0] : undefined;
  const key = cell ?? column ?? null;
  return key === null ? requestId : String(key);
}

/**
 * The caller's signal and deadline as one. `within` waits no longer than the deadline, whatever the work waits for: a batch
 * that runs, a model that is being loaded.
 */
export function deadlineOf({ signal, timeoutMs }: Pick<PredictionCall, 'signal' | 'timeoutMs'>): {
  signal: AbortSignal | undefined;
  within: <T>(work: Promise<T>) => Promise<T>;
} {
  if (timeoutMs === undefined) return { signal, within: (work) => work };
  const deadline = AbortSignal.timeout(timeoutMs);
  const over = new Promise<never>((_resolve, reject) => {
    deadline.addEventListener('abort', () =>
      reject(new AssayError('predictions/deadline', `There was no answer within ${timeoutMs} ms.`)),
    );
  });
  return {
    signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    within: (work) => Promise.race([over, work]),
  };
}
