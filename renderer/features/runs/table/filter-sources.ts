import { useCallback } from 'react';
import { client } from '../../../app/api.ts';
import type { FilterCompletion } from '../../../components/FilterBar.tsx';
import { completeFilter, wantedFor } from './filter-completion.ts';
import type { RunKeys } from './run-columns.ts';

const KEYS_AT_ONCE = 50;
const VALUES_AT_ONCE = 30;
const EMPTY: RunKeys = { metrics: [], params: [], tags: [] };

/** Completes filters over runs with what the engine knows: keys by their beginning, however many there are, and values in use. */
export function useFilterCompletion(
  experimentId: string | undefined,
  keys: RunKeys,
  experimentNames: ReadonlyMap<string, string>,
): (text: string, caret: number, signal: AbortSignal) => Promise<readonly FilterCompletion[]> {
  return useCallback(
    async (text, caret, signal) => {
      const wanted = wantedFor(text, caret);
      const experiments = [...experimentNames].map(([id, name]) => ({ id, name }));
      const sources = { keys, values: [], experiments };
      if (wanted === null) return completeFilter(text, caret, sources);
      if ('keys' in wanted) {
        const query = { experimentId, prefix: wanted.keys, limit: KEYS_AT_ONCE };
        const found = wanted.keys === '' ? EMPTY : await client.runs.keys({ query, signal });
        return completeFilter(text, caret, { ...sources, keys: merged(found, keys) });
      }
      const query = { ...wanted.values, limit: VALUES_AT_ONCE };
      const { values } = await client.runs.values({ query, signal });
      return completeFilter(text, caret, { ...sources, values });
    },
    [experimentId, keys, experimentNames],
  );
}

function merged(first: RunKeys, second: RunKeys): RunKeys {
  const union = (family: keyof RunKeys) => [...new Set([...first[family], ...second[family]])];
  return { metrics: union('metrics'), params: union('params'), tags: union('tags') };
}
