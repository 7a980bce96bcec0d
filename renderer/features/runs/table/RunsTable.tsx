import { useRouter } from '@tanstack/react-router';
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';
import type { RunRow } from '../../../../local-api/contract/index.ts';
import { ApiError } from '../../../app/api.ts';
import { paths } from '../../../app/paths.ts';
import { useScheme } from '../../../charts/palette.ts';
import { DataTable } from '../../../components/DataTable.tsx';
import { FilterBar } from '../../../components/FilterBar.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { type Mark, markOf } from '../run-marks.ts';
import { ColumnChooser } from './ColumnChooser.tsx';
import { ColumnMenuItems, toggled } from './ColumnMenuItems.tsx';
import { FilterHelp } from './FilterHelp.tsx';
import { asFullText } from './filter-completion.ts';
import { useFilterCompletion } from './filter-sources.ts';
import { GroupPicker } from './GroupPicker.tsx';
import { splitList } from './list-text.ts';
import { NoRuns } from './NoRuns.tsx';
import { RunRowMenu } from './RunRowMenu.tsx';
import { RunsStatusLine } from './RunsStatusLine.tsx';
import classes from './RunsTable.module.css';
import { moveColumn, type RunKeys } from './run-columns.ts';
import { tableColumns } from './run-table-columns.tsx';
import { useExperimentNames } from './runs-queries.ts';
import { TrashLine } from './TrashLine.tsx';
import type { RunsTableRow } from './table-rows.ts';
import type { RunsSearch, SearchChange } from './table-state.ts';
import { useRunActions } from './use-run-actions.ts';
import { useRunSelection } from './use-run-selection.ts';
import { useRunsData } from './use-runs-data.ts';
import type { TableColumns } from './use-table-columns.ts';

type Props = {
  /** Narrows the table to one experiment. */
  experimentId: string | undefined;
  /** For the name of exported files. */
  title: string;
  search: RunsSearch;
  onSearch: (change: SearchChange) => void;
  keys: RunKeys;
  columns: TableColumns;
  /** False until it is known with which view the page opens. */
  isReady: boolean;
  /** Chooses a saved view; stands before the filter. */
  picker: ReactNode;
};

const rowId = (row: RunsTableRow) => row.id;

/** The table of runs, of one experiment or of all: filter language, chosen columns, groups, selection with bulk actions. */
export function RunsTable(props: Props) {
  const { experimentId, title, search, onSearch, keys, columns: shown, isReady } = props;
  const router = useRouter();
  const names = useExperimentNames();
  const scheme = useScheme();
  const { columns, setColumns } = shown;
  const data = useRunsData({ experimentId, search, columns, enabled: isReady });
  const selection = useRunSelection(data.rows);
  const actions = useRunActions(data.showNew);
  const [menu, setMenu] = useState<{ run: RunRow; at: { x: number; y: number } } | null>(null);
  const complete = useFilterCompletion(experimentId, keys, names);
  const isTrash = search.trash !== undefined;
  const question = [search.filter, search.group, search.only, search.trash, search.nested].join('\n');
  const { clear } = selection;
  const { forgetNew } = data;
  // What is no longer listed can't be acted on, and what was counted for another question is void.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another question changes which runs are listed.
  useEffect(() => {
    clear();
    forgetNew();
  }, [question]);

  const toggleMark = (mark: Mark) => (run: RunRow) =>
    void actions.mark([run.id], mark, markOf(run, mark) === null ? 'true' : null);
  const curves = useMemo(() => new Set(splitList(search.curves)), [search.curves]);
  const { groupBy, aggregate, showMore } = data;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the handlers do the same whenever they were made.
  const drawn = useMemo(
    () =>
      tableColumns({
        columns,
        curves,
        groupBy: data.isGrouped ? groupBy : [],
        aggregate,
        experimentNames: names,
        scheme,
        onStar: toggleMark('starred'),
        onMore: showMore,
      }),
    [columns, curves, groupBy, data.isGrouped, aggregate, names, scheme],
  );
  const onRun = (act: (run: RunRow) => void) => (row: RunsTableRow) => {
    if (row.kind === 'run') act(row.run);
  };
  const open = (row: RunsTableRow) => {
    if (row.kind === 'run') router.history.push(paths.run(row.id));
    else if (row.kind === 'group') data.fold(row);
    else if (row.more !== null) data.showMore(row.more);
  };
  const normalise = useCallback((text: string) => asFullText(text) ?? text, []);
  const { error } = data.list;
  return (
    <Panel grow padding="none">
      {isTrash ? <TrashLine onLeave={() => onSearch({ trash: undefined })} onEmptied={data.showNew} /> : null}
      <div className={classes.toolbar}>
        {isTrash ? null : props.picker}
        <FilterBar
          label="Filter runs"
          placeholder="metrics.auc > 0.8 and params.trainer = 'gbdt' order by metrics.auc desc"
          value={search.filter ?? ''}
          onSubmit={(text) => onSearch({ filter: text === '' ? undefined : text })}
          error={error}
          complete={complete}
          normalise={normalise}
          historyKey="assay.runs.filters"
          help={(use) => <FilterHelp onUse={use} />}
        />
        {isTrash ? null : <GroupPicker keys={keys} search={search} onSearch={onSearch} />}
        <ColumnChooser
          experimentId={experimentId}
          columns={columns}
          keys={keys}
          curves={curves}
          onChange={setColumns}
          onCurve={(metric) => onSearch({ curves: toggled(splitList(search.curves), metric) })}
          onReset={shown.resetColumns}
        />
      </div>
      <RunsStatusLine
        data={data}
        selected={selection.runIds}
        onSelected={selection.change}
        columns={columns}
        search={search}
        onSearch={onSearch}
        tagKeys={keys.tags}
        title={title}
        actions={actions}
      />
      <DataTable
        label="Runs"
        isMain
        columns={drawn}
        rows={data.rows}
        rowId={rowId}
        stickyRows={data.pinned}
        tree={
          data.isGrouped || data.isNested
            ? {
                level: (row) => row.level,
                isUnfolded: (row) => (row.kind === 'note' ? null : row.isUnfolded),
                onFold: data.fold,
              }
            : undefined
        }
        onOpen={open}
        sort={search.sort ?? (data.isGrouped ? '-count' : undefined)}
        onSort={(sort) => onSearch({ sort })}
        selection={{ selected: selection.rows, onChange: selection.change }}
        rowKeys={[
          { keys: 'p', label: 'Pin the run, or unpin it', run: onRun(toggleMark('pinned')) },
          { keys: 's', label: 'Star the run, or take the star off', run: onRun(toggleMark('starred')) },
        ]}
        onRowMenu={(row, at) => (row.kind === 'run' ? setMenu({ run: row.run, at }) : undefined)}
        columnSettings={{
          widths: shown.widths,
          onWidths: shown.setWidths,
          onMove: (id, to) => setColumns(moveColumn(columns, id, to)),
          menu: (id) => (
            <ColumnMenuItems
              id={id}
              columns={columns}
              onColumns={setColumns}
              search={search}
              onSearch={onSearch}
            />
          ),
        }}
        isPending={data.list.isPending}
        // A fault of the filter stands in the filter bar.
        error={isBadFilter(error) ? null : error}
        retry={data.list.refetch}
        hasMore={data.list.hasMore}
        onEndReached={data.list.loadMore}
        {...(data.total === undefined || data.isGrouped || data.isNested ? {} : { total: data.total })}
        empty={
          <NoRuns
            experimentId={experimentId}
            why={isTrash ? 'trash' : isBadFilter(error) ? 'fault' : isNarrowed(search) ? 'filter' : 'none'}
          />
        }
      />
      {menu ? (
        <RunRowMenu
          run={data.runs.get(menu.run.id) ?? menu.run}
          at={menu.at}
          actions={actions}
          onClose={() => setMenu(null)}
        />
      ) : null}
    </Panel>
  );
}

function isNarrowed(search: RunsSearch): boolean {
  return (search.filter ?? '') !== '' || search.only !== undefined;
}

function isBadFilter(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'request/bad-filter';
}
