import { Select, Switch } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ArtifactEntry, Run } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { formatBytes, NO_VALUE } from '../../../app/format.ts';
import { keys } from '../../../app/queries.ts';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { LoadingState } from '../../../components/LoadingState.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { PlainTable } from '../../../components/PlainTable.tsx';
import { ToneBadge } from '../../../components/ToneBadge.tsx';
import classes from '../compare.module.css';
import { useTabSettings } from '../compare-state.ts';
import { FileDiff } from './FileDiff.tsx';
import own from './files.module.css';

const MOST_ROWS = 500;
const usual = { a: '', b: '', path: '', all: false };

/** Which files of two runs differ, by their digests, and what differs in them. */
export function FilesTab({ runs }: { runs: readonly Run[] }) {
  const [settings, onSettings] = useTabSettings('files', usual);
  const a = runs.find((run) => run.id === settings.a) ?? runs[0];
  const b = runs.find((run) => run.id === settings.b && run !== a) ?? runs.find((run) => run !== a);
  const { lists, isPending } = useFiles([a, b].flatMap((run) => run ?? []));
  const rows = useMemo(() => pathsOf(lists[0] ?? [], lists[1] ?? []), [lists]);
  if (!a || !b) return <EmptyState title="One run alone">Files are compared between two runs.</EmptyState>;
  const data = runs.map((run) => ({ value: run.id, label: run.name }));
  const shown = settings.all ? rows : rows.filter((row) => row.state !== 'same');
  return (
    <>
      <div className={classes.pickers}>
        <Select
          label="Files of"
          data={data}
          value={a.id}
          onChange={(id) => id && onSettings({ a: id, ...(id === b.id ? { b: a.id } : {}) })}
          allowDeselect={false}
          searchable
        />
        <Select
          label="against"
          data={data}
          value={b.id}
          onChange={(id) => id && onSettings({ b: id, ...(id === a.id ? { a: b.id } : {}) })}
          allowDeselect={false}
          searchable
        />
        <Switch
          label="Equal files too"
          checked={settings.all}
          onChange={(event) => onSettings({ all: event.currentTarget.checked })}
        />
      </div>
      {isPending ? (
        <LoadingState rows={6} />
      ) : rows.length === 0 ? (
        <EmptyState title="No files">Neither run holds any.</EmptyState>
      ) : (
        <Panel
          padding="none"
          title={`${rows.filter((row) => row.state !== 'same').length} of ${rows.length} differ`}
        >
          <PlainTable
            label="Files of both runs"
            rows={shown.slice(0, MOST_ROWS)}
            keyOf={({ path }) => path}
            columns={[
              {
                name: 'File',
                cell: ({ path }) => (
                  <button
                    type="button"
                    className={own.path}
                    aria-pressed={path === settings.path}
                    onClick={() => onSettings({ path: path === settings.path ? '' : path })}
                  >
                    {path}
                  </button>
                ),
              },
              {
                name: 'State',
                cell: ({ state }) => (
                  <ToneBadge tone={state === 'same' ? 'idle' : 'warn'}>{stateText[state]}</ToneBadge>
                ),
              },
              { name: a.name, id: a.id, cell: (row) => (row.a ? formatBytes(row.a.sizeBytes) : NO_VALUE) },
              { name: b.name, id: b.id, cell: (row) => (row.b ? formatBytes(row.b.sizeBytes) : NO_VALUE) },
            ]}
          />
        </Panel>
      )}
      {rows
        .filter((row) => row.path === settings.path)
        .map((row) => (
          <FileDiff key={row.path} path={row.path} a={row.a && a} b={row.b && b} sizes={[row.a, row.b]} />
        ))}
    </>
  );
}

const stateText = {
  same: 'same',
  differs: 'differs',
  'only-a': 'only in the first',
  'only-b': 'only in the second',
};
type FileRow = {
  path: string;
  a: ArtifactEntry | undefined;
  b: ArtifactEntry | undefined;
  state: keyof typeof stateText;
};

function pathsOf(a: readonly ArtifactEntry[], b: readonly ArtifactEntry[]): FileRow[] {
  const [inA, inB] = [a, b].map((list) => new Map(list.map((entry) => [entry.path, entry])));
  const paths = [...new Set([...a, ...b].map((entry) => entry.path))].sort();
  return paths.map((path) => {
    const [one, other] = [inA?.get(path), inB?.get(path)];
    const state = !other ? 'only-a' : !one ? 'only-b' : one.digest === other.digest ? 'same' : 'differs';
    return { path, a: one, b: other, state };
  });
}

function useFiles(runs: readonly Run[]): { lists: ArtifactEntry[][]; isPending: boolean } {
  return useQueries({
    queries: runs.map((run) => ({
      queryKey: keys.part('runs', run.id, 'artifacts', 'all'),
      queryFn: async ({ signal }: { signal: AbortSignal }) => {
        const { items } = await client.runs.artifacts({
          params: { runId: run.id },
          query: { recursive: true },
          signal,
        });
        return items.filter((item) => !item.isDirectory);
      },
    })),
    combine: (results) => ({
      lists: results.map((result) => result.data ?? []),
      isPending: results.some((result) => result.isPending),
    }),
  });
}
