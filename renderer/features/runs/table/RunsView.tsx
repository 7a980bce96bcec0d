import { useEffect, useMemo, useRef } from 'react';
import { joinList } from './list-text.ts';
import { RunsTable } from './RunsTable.tsx';
import type { RunKeys } from './run-columns.ts';
import { useRunKeys } from './runs-queries.ts';
import { isDefaultView, type RunsSearch, type SearchChange, showView } from './table-state.ts';
import { useTableColumns } from './use-table-columns.ts';
import { ViewPicker } from './ViewPicker.tsx';
import { useRunViews } from './views-queries.ts';

type Props = {
  /** Undefined: the runs of all experiments. */
  experimentId?: string;
  /** For the name of exported files. */
  title: string;
  search: RunsSearch;
  /** `isRedirect`: Back shall not lead to the address as it was. */
  onSearch: (change: SearchChange, isRedirect: boolean) => void;
};

const NO_KEYS: RunKeys = { metrics: [], params: [], tags: [] };

/** The table of runs with its saved views. */
export function RunsView({ experimentId, title, search, onSearch }: Props) {
  const views = useRunViews(experimentId);
  const isReady = useOpeningView(search, views.data, views.isError, (change) => onSearch(change, true));
  const keys = useRunKeys(experimentId).data ?? NO_KEYS;
  const change = (next: SearchChange) => onSearch(next, false);
  const columns = useTableColumns({ experimentId, keys, search, onSearch: change });
  return (
    <RunsTable
      experimentId={experimentId}
      title={title}
      search={search}
      onSearch={change}
      keys={keys}
      columns={columns}
      isReady={isReady}
      picker={
        <ViewPicker
          experimentId={experimentId}
          views={views.data ?? []}
          search={search}
          columns={joinList(columns.columns)}
          onSearch={change}
        />
      }
    />
  );
}

/**
 * Opens the view that the address names without its settings (`?view=…`), or the one that the page opens with when the
 * address says nothing. Happens once: what people change afterwards stays.
 *
 * @returns whether it is known what to show
 */
function useOpeningView(
  search: RunsSearch,
  views: ReturnType<typeof useRunViews>['data'],
  isFailed: boolean,
  onSearch: (change: SearchChange) => void,
): boolean {
  const isBare = useMemo(() => Object.keys(search).every((key) => key === 'view'), [search]);
  const isDone = useRef(!isBare);
  const opening = isDone.current
    ? undefined
    : search.view === undefined
      ? views?.find(isDefaultView)
      : views?.find((view) => view.id === search.view);
  // biome-ignore lint/correctness/useExhaustiveDependencies: happens once, when the views are known.
  useEffect(() => {
    if (views === undefined && !isFailed) return;
    if (opening) onSearch(showView(opening));
    isDone.current = true;
  }, [views, isFailed]);
  return !isBare || isDone.current || ((views !== undefined || isFailed) && opening === undefined);
}
