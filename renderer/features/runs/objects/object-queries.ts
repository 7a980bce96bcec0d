import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { ObjectGroup, ObjectKind, ObjectStep } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { keys, useCursorList } from '../../../app/queries.ts';
import type { RunFile } from '../artifacts/read-bytes.ts';

/** Steps are read in pages that the engine answers within some 20 ms. */
const STEPS_A_PAGE = 2000;

/** The groups of a run. They are read again with every change of the run. */
export function useObjectGroups(runId: string) {
  return useQuery({
    queryKey: keys.part('runs', runId, 'objects'),
    queryFn: async ({ signal }) => {
      const groups: ObjectGroup[] = [];
      let cursor: string | undefined;
      do {
        const page = await client.runObjects.list({
          params: { runId },
          query: { limit: 1000, cursor },
          signal,
        });
        groups.push(...page.items);
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      return groups;
    },
  });
}

/** All steps of a key, page after page. */
export function useObjectSteps(runId: string, kind: ObjectKind, key: string) {
  const list = useCursorList<ObjectStep>(
    keys.part('runs', runId, 'objects', 'steps', kind, key),
    (cursor, signal) =>
      client.runObjects.steps({
        params: { runId },
        query: { kind, key, limit: STEPS_A_PAGE, cursor },
        signal,
      }),
  );
  const { hasMore, loadMore, isFetching } = list;
  useEffect(() => {
    if (hasMore && !isFetching) loadMore();
  }, [hasMore, isFetching, loadMore]);
  return list;
}

/** The file of a step as the previews take it. */
export function fileOf(runId: string, step: ObjectStep): RunFile {
  return { runId, path: step.path, sizeBytes: step.sizeBytes, digest: step.digest };
}
