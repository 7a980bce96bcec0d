import { createHash } from 'node:crypto';
import type {
  EndpointLimits,
  EndpointPredictRequest,
  PredictResponse,
} from '../../../local-api/contract/index.ts';

type CacheSettings = NonNullable<EndpointLimits['cache']>;

/** A larger request is rarely sent twice, and its answer takes room. */
const maxRows = 100;

export type AnswerCache = {
  /** The key of a request to a version; null when its answer is not kept. */
  keyOf(version: string, request: EndpointPredictRequest): string | null;
  get(key: string, settings: CacheSettings): PredictResponse | null;
  set(key: string, answer: PredictResponse, settings: CacheSettings): void;
};

/**
 * The answers of one endpoint by version and rows, so that one of another version is never given. Models answer the same
 * rows alike, so an answer goes out of date only with its version; the time limit bounds how long rows stay in memory.
 * Cost: a digest of the rows a request.
 */
export function createAnswerCache(nowMs: () => number): AnswerCache {
  const kept = new Map<string, { answer: PredictResponse; atMs: number }>();
  return {
    keyOf(version, { rows, columns }) {
      const count = rows?.length ?? Object.values(columns ?? {})[0]?.length ?? 0;
      if (count > maxRows) return null;
      return createHash('sha256')
        .update(version)
        .update('\0')
        .update(JSON.stringify(rows ?? columns))
        .update(rows === undefined ? 'columns' : 'rows')
        .digest('base64');
    },
    get(key, { seconds }) {
      const found = kept.get(key);
      if (found === undefined) return null;
      kept.delete(key);
      if (nowMs() - found.atMs >= seconds * 1000) return null;
      // Put last: the order of the map is the order of use.
      kept.set(key, found);
      return found.answer;
    },
    set(key, answer, { entries }) {
      kept.delete(key);
      kept.set(key, { answer, atMs: nowMs() });
      for (const oldest of kept.keys()) {
        if (kept.size <= entries) return;
        kept.delete(oldest);
      }
    },
  };
}
