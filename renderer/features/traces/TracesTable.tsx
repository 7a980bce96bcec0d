import { Button, Select } from '@mantine/core';
import { IconArrowUp, IconListTree } from '@tabler/icons-react';
import { useRouter } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Trace } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatPlural } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { ConfirmButton } from '../../components/ConfirmButton.tsx';
import { DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { FilterBar } from '../../components/FilterBar.tsx';
import { Panel } from '../../components/Panel.tsx';
import { toast, toastFault } from '../../components/toasts.tsx';
import { useExperimentNames } from '../runs/table/runs-queries.ts';
import { SendTraces } from './SendTraces.tsx';
import { traceColumns } from './trace-columns.tsx';
import { completeTraceFilter } from './trace-completion.ts';
import { ranges, sinceCondition } from './trace-facts.ts';
import classes from './traces.module.css';
import { type TracesList, useTracesList } from './traces-queries.ts';

export type TracesSearch = { filter?: string; sort?: string; range?: string };

type Props = {
  /** Narrows the table to what one experiment or run logged. */
  experimentId?: string;
  runId?: string;
  search: TracesSearch;
  onSearch: (change: { [K in keyof TracesSearch]: TracesSearch[K] | undefined }) => void;
};

const none: ReadonlySet<string> = new Set();
const rowId = (trace: Trace) => trace.id;

/** The table of traces, of one experiment, of one run or of all. */
export function TracesTable({ experimentId, runId, search, onSearch }: Props) {
  const router = useRouter();
  const [selected, setSelected] = useState(none);
  const names = useExperimentNames();
  const filter = search.filter ?? '';
  // The moment is fixed when a range is chosen, so that the list does not change under the reader.
  const since = useMemo(() => sinceCondition(search.range, Date.now()), [search.range]);
  const scope = scopeOf([
    experimentId === undefined ? undefined : `experimentId = '${experimentId}'`,
    runId === undefined ? undefined : `run.id = '${runId}'`,
    since,
  ]);
  const list = useTracesList({ filter, scope, sort: search.sort });
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another question changes which traces are listed.
  useEffect(() => setSelected(none), [filter, scope]);
  const isMixed = experimentId === undefined && runId === undefined;
  const columns = useMemo(() => traceColumns(isMixed ? names : null), [isMixed, names]);
  const known = useMemo(() => knownNames(list.items), [list.items]);
  const complete = useCallback(
    (text: string, caret: number) => completeTraceFilter(text, caret, known),
    [known],
  );
  return (
    <Panel grow padding="none">
      <div className={classes.toolbar}>
        <div className={classes.filter}>
          <FilterBar
            label="Filter traces"
            placeholder="state = 'error' and durationMs > 2000 and span.type = 'LLM'"
            value={filter}
            onSubmit={(text) => onSearch({ filter: text === '' ? undefined : text })}
            error={list.error}
            complete={complete}
          />
        </div>
        <Select
          aria-label="Time"
          data={ranges.map(({ id, label }) => ({ value: id, label }))}
          value={ranges.some(({ id }) => id === search.range) ? (search.range ?? 'all') : 'all'}
          onChange={(range) => onSearch({ range: range === null || range === 'all' ? undefined : range })}
          allowDeselect={false}
          w={150}
        />
      </div>
      <StatusLine list={list} selected={selected} onSelected={setSelected} isFiltered={filter !== ''} />
      <DataTable
        label="Traces"
        isMain
        columns={columns}
        rows={list.items}
        rowId={rowId}
        onOpen={(trace) => router.history.push(paths.trace(trace.id))}
        sort={search.sort}
        onSort={(sort) => onSearch({ sort })}
        selection={{ selected, onChange: setSelected }}
        isPending={list.isPending}
        error={list.error}
        retry={list.refetch}
        hasMore={list.hasMore}
        onEndReached={list.loadMore}
        {...(list.total === undefined ? {} : { total: list.total })}
        empty={
          filter !== '' || since !== undefined ? (
            <EmptyState icon={IconListTree} title="No trace matches">
              Change the filter or the time above, or clear them to see every trace.
            </EmptyState>
          ) : (
            <EmptyState icon={IconListTree} title="No traces yet">
              A trace records one call of an application with every step within it: what went in, what came
              out, how long it took.
              <SendTraces experimentId={experimentId} />
            </EmptyState>
          )
        }
      />
    </Panel>
  );
}

function scopeOf(conditions: readonly (string | undefined)[]): string | undefined {
  const given = conditions.filter((condition) => condition !== undefined);
  return given.length === 0 ? undefined : given.join(' and ');
}

/** Tags and feedback that the listed traces have, for completion. */
function knownNames(traces: readonly Trace[]) {
  const tags = new Set<string>();
  const feedback = new Set<string>();
  for (const trace of traces.slice(0, 500)) {
    for (const key of Object.keys(trace.tags)) tags.add(key);
    for (const { kind, name } of trace.assessments) if (kind === 'feedback') feedback.add(name);
  }
  return { tags: [...tags].sort(), feedback: [...feedback].sort() };
}

function StatusLine(props: {
  list: TracesList;
  selected: ReadonlySet<string>;
  onSelected: (selected: ReadonlySet<string>) => void;
  isFiltered: boolean;
}) {
  const { list, selected, onSelected } = props;
  const remove = async () => {
    try {
      const { deleted } = await client.traces.delete({ body: { traceIds: [...selected] } });
      toast({ title: `Deleted ${formatPlural(deleted, 'trace')}` });
      onSelected(none);
    } catch (error) {
      toastFault(error);
    }
  };
  if (selected.size > 0) {
    return (
      <div
        className={classes.status}
        data-selecting=""
        role="toolbar"
        aria-label="Actions for the selected traces"
      >
        <span role="status">{formatPlural(selected.size, 'trace')} selected</span>
        <ConfirmButton
          question={`Delete ${formatPlural(selected.size, 'trace')}? Spans and feedback go too, for good.`}
          confirmLabel="Delete"
          onConfirm={() => void remove()}
          disabled={selected.size > 1000}
        >
          Delete
        </ConfirmButton>
        <span className={classes.spacer} />
        <Button variant="subtle" onClick={() => onSelected(none)}>
          Clear
        </Button>
      </div>
    );
  }
  return (
    <div className={classes.status}>
      <span role="status">
        {list.total === undefined ? 'Counting …' : formatPlural(list.total, 'trace')}
        {props.isFiltered && list.total !== undefined ? ' match' : ''}
      </span>
      {list.newTraces > 0 ? (
        <Button size="compact-xs" radius="xl" leftSection={<IconArrowUp size={13} />} onClick={list.showNew}>
          {formatPlural(list.newTraces, 'new trace')}
        </Button>
      ) : null}
    </div>
  );
}
