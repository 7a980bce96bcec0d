import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../../app/api.ts';
import { keys } from '../../app/queries.ts';
import { TracesTable } from './TracesTable.tsx';
import classes from './traces.module.css';

/** How many traces a run has; undefined until known. */
export function useTracesOfRun(runId: string): number | undefined {
  const filter = `run.id = '${runId}'`;
  return useQuery({
    queryKey: keys.count('traces', filter),
    queryFn: ({ signal }) => client.traces.count({ query: { filter }, signal }),
  }).data?.count;
}

/** The traces that belong to a run. */
export function RunTraces({ runId }: { runId: string }) {
  const [search, setSearch] = useState<{ filter?: string; sort?: string; range?: string }>({});
  return (
    <div className={classes.ofRun}>
      <TracesTable
        runId={runId}
        search={search}
        onSearch={(change) =>
          setSearch(
            Object.fromEntries(
              Object.entries({ ...search, ...change }).filter(([, value]) => value !== undefined),
            ),
          )
        }
      />
    </div>
  );
}
