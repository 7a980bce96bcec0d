import { useMemo, useState } from 'react';
import type { RunGroup, RunRow } from '../../../../local-api/contract/index.ts';
import { groupSort, readAggregate } from './aggregates.ts';
import { splitList } from './list-text.ts';
import { useLiveRuns } from './live-runs.ts';
import { type ColumnId, fieldsFor, filterName, parseColumn } from './run-columns.ts';
import {
  type BelowQuery,
  useBelow,
  usePinnedRuns,
  useRunGroups,
  useRunsCount,
  useRunsList,
} from './runs-queries.ts';
import { scopeFilter, splitOrder } from './scope-filter.ts';
import { groupRowId, groupRows, type RunsTableRow, runRows } from './table-rows.ts';
import type { RunsSearch } from './table-state.ts';

const FIRST_BELOW = 50;
const MAX_BELOW = 1000;
const MAX_GROUPED = 3;
/** The API aggregates so many metrics at once. */
const MAX_AGGREGATED = 20;
const NOTHING: readonly BelowQuery[] = [];

type Options = {
  experimentId: string | undefined;
  search: RunsSearch;
  columns: readonly ColumnId[];
  enabled: boolean;
};

export type RunsData = ReturnType<typeof useRunsData>;

/** The rows of the runs table as it is set: flat, folded under parents or grouped, with the pinned runs first. */
export function useRunsData({ experimentId, search, columns, enabled }: Options) {
  const filter = search.filter ?? '';
  const groupBy = useMemo(() => splitList(search.group).slice(0, MAX_GROUPED), [search.group]);
  const isTrash = search.trash !== undefined;
  const isGrouped = groupBy.length > 0 && !isTrash;
  // A filter finds children as well as parents: folded under parents that it does not find they could not be seen.
  const isNested =
    search.nested !== undefined && !isGrouped && !isTrash && splitOrder(filter).conditions.trim() === '';
  const place = experimentId === undefined ? undefined : `experimentId = '${experimentId}'`;
  const scope = joined([
    place,
    search.only === 'starred' ? "tags.assay.starred = 'true'" : undefined,
    isTrash ? "lifecycle = 'deleted'" : undefined,
  ]);
  const fields = useMemo(() => fieldsFor(columns, isNested ? ['childCount'] : []), [columns, isNested]);

  const list = useRunsList({
    filter,
    scope: joined([scope, isNested ? 'parentRunId is null' : undefined]),
    sort: search.sort,
    fields,
    enabled: enabled && !isGrouped,
  });
  const metrics = useMemo(
    () =>
      columns
        .map(parseColumn)
        .filter(({ family }) => family === 'metrics')
        .map(({ key }) => key)
        .slice(0, MAX_AGGREGATED),
    [columns],
  );
  const aggregate = readAggregate(search.aggregate);
  const groups = useRunGroups({
    filter: splitOrder(filter).conditions,
    scope,
    by: groupBy,
    metrics,
    sort: groupSort(search.sort, { by: groupBy, metrics, aggregate, filterName }),
    enabled: enabled && isGrouped,
  });
  const matching = scopeFilter(splitOrder(filter).conditions, scope).filter;
  const shownList = isGrouped ? groups : list;
  const total = useRunsCount(matching, enabled && !shownList.error);

  const pinned = usePinnedRuns(place, fields, enabled && !isTrash && !isGrouped);
  const [unfolded, setUnfolded] = useState<ReadonlyMap<string, number>>(new Map());
  const asked = useMemo(
    () => (isGrouped ? belowGroups(groups.items, unfolded) : isNested ? belowRuns(unfolded) : NOTHING),
    [isGrouped, isNested, groups.items, unfolded],
  );
  const sortBelow = search.sort?.split(',').some((part) => /^-?count$/.test(part)) ? undefined : search.sort;
  const below = useBelow(asked, sortBelow, fields);
  const pinnedIds = useMemo(() => new Set(pinned.map((run) => run.id)), [pinned]);
  const rows = useMemo((): RunsTableRow[] => {
    if (isGrouped) return groupRows(groups.items, below);
    return [
      ...runRows(pinned, below, { isNested: false, without: new Set() }),
      ...runRows(list.items, below, { isNested, without: isTrash ? new Set() : pinnedIds }),
    ];
  }, [isGrouped, groups.items, below, pinned, list.items, isNested, isTrash, pinnedIds]);
  const shown = useMemo(() => new Set(rows.flatMap((row) => (row.kind === 'run' ? [row.id] : []))), [rows]);
  const live = useLiveRuns({ filter, scope, shown, fields, showsFigures: isGrouped });

  const fold = (row: RunsTableRow) => {
    if (row.kind === 'note') return;
    setUnfolded((known) => {
      const next = new Map(known);
      if (!next.delete(row.id)) next.set(row.id, FIRST_BELOW);
      return next;
    });
  };
  const showMore = (id: string) => setUnfolded((known) => new Map(known).set(id, MAX_BELOW));
  return {
    rows,
    pinned: isGrouped || isTrash ? 0 : pinned.length,
    runs: useMemo(() => runsOf(rows), [rows]),
    isGrouped,
    isNested,
    groupBy,
    aggregate,
    /** Selects all runs that match, whatever is folded. */
    matching,
    total,
    groupCount: isGrouped ? groups.totals?.groups : undefined,
    list: shownList,
    newRuns: isGrouped ? 0 : live.newRuns,
    hasStaleGroups: isGrouped && (live.hasChanged || live.newRuns > 0),
    /** Shows what came in the meantime; only when asked, since rows move. */
    showNew: () => {
      live.forget();
      if (isGrouped) groups.refresh();
      else list.startOver();
    },
    forgetNew: live.forget,
    fold,
    showMore,
  };
}

function joined(conditions: (string | undefined)[]): string | undefined {
  const some = conditions.filter((condition) => condition !== undefined);
  return some.length === 0 ? undefined : some.join(' and ');
}

function belowGroups(groups: readonly RunGroup[], unfolded: ReadonlyMap<string, number>): BelowQuery[] {
  return groups.flatMap((group) => {
    const id = groupRowId(group);
    const limit = unfolded.get(id);
    return limit === undefined ? [] : [{ id, filter: group.filter, limit }];
  });
}

function belowRuns(unfolded: ReadonlyMap<string, number>): BelowQuery[] {
  return [...unfolded]
    .filter(([id]) => !id.startsWith('group:'))
    .map(([id, limit]) => ({ id, filter: `parentRunId = '${id}'`, limit }));
}

function runsOf(rows: readonly RunsTableRow[]): ReadonlyMap<string, RunRow> {
  return new Map(rows.flatMap((row) => (row.kind === 'run' ? [[row.id, row.run] as const] : [])));
}
