import { useLocalStorage } from '@mantine/hooks';
import { useMemo } from 'react';
import { joinList, splitList } from './list-text.ts';
import { type ColumnId, defaultColumns, frozenFirst, type RunKeys } from './run-columns.ts';
import type { RunsSearch, SearchChange } from './table-state.ts';

type Options = {
  experimentId: string | undefined;
  keys: RunKeys;
  search: RunsSearch;
  onSearch: (change: SearchChange) => void;
};

const NO_WIDTHS: Readonly<Record<string, number>> = {};

/**
 * The shown columns: those of the address, else those chosen before for this experiment, else sensible ones. What is chosen
 * goes into the address, so that Back takes it back and a link holds it, and is remembered unless a view is open.
 */
export function useTableColumns({ experimentId, keys, search, onSearch }: Options) {
  const place = experimentId ?? 'all';
  const [remembered, remember, forget] = useLocalStorage<readonly ColumnId[] | null>({
    key: `assay.runs.columns.${place}`,
    defaultValue: null,
    getInitialValueInEffect: false,
  });
  const [widths, setWidths] = useLocalStorage<Readonly<Record<string, number>>>({
    key: `assay.runs.widths.${place}`,
    defaultValue: NO_WIDTHS,
    getInitialValueInEffect: false,
  });
  const usual = useMemo(() => {
    const columns = defaultColumns(keys);
    return experimentId === undefined
      ? [...columns.slice(0, 2), 'experimentId', ...columns.slice(2)]
      : columns;
  }, [keys, experimentId]);
  const columns = useMemo(
    () => frozenFirst(search.columns === undefined ? (remembered ?? usual) : splitList(search.columns)),
    [search.columns, remembered, usual],
  );
  const setColumns = (chosen: readonly ColumnId[]) => {
    const next = frozenFirst(chosen);
    if (search.view === undefined) remember(next);
    onSearch({ columns: joinList(next) });
  };
  const resetColumns = () => {
    forget();
    setWidths(NO_WIDTHS);
    onSearch({ columns: undefined });
  };
  return { columns, setColumns, resetColumns, widths, setWidths };
}

export type TableColumns = ReturnType<typeof useTableColumns>;
