import { useLocalStorage } from '@mantine/hooks';
import { IconFlask } from '@tabler/icons-react';
import { useRouter } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { RunRow } from '../../../../local-api/contract/index.ts';
import { ApiError } from '../../../app/api.ts';
import { paths } from '../../../app/paths.ts';
import { ButtonLink } from '../../../components/ButtonLink.tsx';
import { DataTable } from '../../../components/DataTable.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { FilterBar } from '../../../components/FilterBar.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { ColumnChooser } from './ColumnChooser.tsx';
import { completeFilter } from './filter-completion.ts';
import { RunsStatusLine } from './RunsStatusLine.tsx';
import classes from './RunsTable.module.css';
import { type ColumnId, defaultColumns, type RunKeys } from './run-columns.ts';
import { tableColumns } from './run-table-columns.tsx';
import { useExperimentNames, useRunKeys, useRunsList } from './runs-queries.ts';

export type RunsSearch = { filter?: string; sort?: string; columns?: string };

type Props = {
  /** Narrows the table to one experiment. */
  experimentId?: string;
  /** For the name of exported files. */
  title: string;
  search: RunsSearch;
  onSearch: (change: { [K in keyof RunsSearch]: RunsSearch[K] | undefined }) => void;
};

const NO_KEYS: RunKeys = { metrics: [], params: [], tags: [] };
const NONE: ReadonlySet<string> = new Set();
const rowId = (run: RunRow) => run.id;

/** The table of runs, of one experiment or of all: filter language, chosen columns, selection with bulk actions. */
export function RunsTable({ experimentId, title, search, onSearch }: Props) {
  const router = useRouter();
  const [selected, setSelected] = useState(NONE);
  const keys = useRunKeys(experimentId).data ?? NO_KEYS;
  const names = useExperimentNames();
  const [columns, setColumns] = useColumns(experimentId, keys, search, onSearch);
  const filter = search.filter ?? '';
  const scope =
    experimentId === undefined ? undefined : `experimentId = '${experimentId.replaceAll("'", "''")}'`;
  const list = useRunsList({ filter, scope, sort: search.sort, columns });
  // What is no longer listed can't be acted on.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another filter changes which runs are listed.
  useEffect(() => setSelected(NONE), [filter]);
  const drawn = useMemo(() => tableColumns(columns, names), [columns, names]);
  const complete = useCallback((text: string, caret: number) => completeFilter(text, caret, keys), [keys]);
  const isFiltered = filter !== '';

  return (
    <Panel grow padding="none">
      <div className={classes.toolbar}>
        <div className={classes.filter}>
          <FilterBar
            label="Filter runs"
            placeholder="metrics.auc > 0.8 and params.trainer = 'gbdt' order by metrics.auc desc"
            value={filter}
            onSubmit={(text) => onSearch({ filter: text === '' ? undefined : text })}
            error={list.error}
            complete={complete}
          />
        </div>
        <ColumnChooser columns={columns} keys={keys} onChange={setColumns} onReset={() => setColumns(null)} />
      </div>
      <RunsStatusLine
        list={list}
        selected={selected}
        onSelected={setSelected}
        columns={columns}
        question={{ filter, scope, sort: search.sort }}
        tagKeys={keys.tags}
        title={title}
        onFilter={(text) => onSearch({ filter: text })}
      />
      <DataTable
        label="Runs"
        isMain
        columns={drawn}
        rows={list.items}
        rowId={rowId}
        onOpen={(run) => router.history.push(paths.run(run.id))}
        sort={search.sort}
        onSort={(sort) => onSearch({ sort })}
        selection={{ selected, onChange: setSelected }}
        isPending={list.isPending}
        // A fault of the filter stands in the filter bar.
        error={isBadFilter(list.error) ? null : list.error}
        retry={list.refetch}
        hasMore={list.hasMore}
        onEndReached={list.loadMore}
        {...(list.total === undefined ? {} : { total: list.total })}
        empty={
          isFiltered ? (
            <EmptyState
              icon={IconFlask}
              title={isBadFilter(list.error) ? 'The filter has a fault' : 'No run matches this filter'}
            >
              Change the filter above, or clear it to see every run.
            </EmptyState>
          ) : (
            <EmptyState
              icon={IconFlask}
              title="No runs yet"
              action={
                <ButtonLink
                  href={paths.training(experimentId === undefined ? {} : { experiment: experimentId })}
                >
                  Train a model
                </ButtonLink>
              }
            >
              A run records one training: its parameters, metrics and files. Train here, or log runs from a
              script through the API.
            </EmptyState>
          )
        }
      />
    </Panel>
  );
}

function isBadFilter(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'request/bad-filter';
}

/** The shown columns: those of the address, else those chosen before for this experiment, else sensible ones. */
function useColumns(
  experimentId: string | undefined,
  keys: RunKeys,
  search: RunsSearch,
  onSearch: Props['onSearch'],
): [readonly ColumnId[], (columns: readonly ColumnId[] | null) => void] {
  const [remembered, remember, forget] = useLocalStorage<readonly ColumnId[] | null>({
    key: `assay.runs.columns.${experimentId ?? 'all'}`,
    defaultValue: null,
    getInitialValueInEffect: false,
  });
  const usual = useMemo(() => {
    const columns = defaultColumns(keys);
    return experimentId === undefined
      ? [...columns.slice(0, 1), 'experimentId', ...columns.slice(1)]
      : columns;
  }, [keys, experimentId]);
  const fromAddress = useMemo(() => search.columns?.split(',').filter((id) => id !== ''), [search.columns]);
  const change = (columns: readonly ColumnId[] | null) => {
    if (columns === null) forget();
    else remember(columns);
    if (search.columns !== undefined) onSearch({ columns: undefined });
  };
  return [fromAddress ?? remembered ?? usual, change];
}
