import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { ColumnLineage, LineageQuery } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatCount } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { ButtonLink } from '../../components/ButtonLink.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { LoadingState } from '../../components/LoadingState.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import classes from './lineage.module.css';

/** The columns of the version in the middle, to follow one of them through the graph. */
function useColumns(root: string | null, direction: LineageQuery['direction'], column: string | null) {
  const isVersion = root?.startsWith('dataset:') === true;
  const { data: all } = useQuery({
    queryKey: ['lineage-columns', root, 'names'],
    queryFn: ({ signal }) =>
      client.datasets.version({ params: { versionId: root?.slice('dataset:'.length) ?? '' }, signal }),
    enabled: isVersion,
  });
  const { data: followed } = useQuery({
    queryKey: ['lineage-columns', root, direction, column],
    queryFn: ({ signal }) =>
      client.lineage.columns({ query: { node: root ?? '', direction, column: column ?? '' }, signal }),
    enabled: isVersion && column !== null,
  });
  return {
    names: isVersion ? (all?.columns ?? []).map(({ name }) => name) : [],
    followed: column === null ? null : (followed ?? null),
  };
}

const LineageGraph = lazy(() =>
  import('./LineageGraph.tsx').then((module) => ({ default: module.LineageGraph })),
);

type Props = {
  /** The node in the middle; the whole workspace when left out. */
  node?: string | undefined;
  direction?: LineageQuery['direction'];
};

/** What came of what, as a graph. Other pages show it in a tab of theirs. */
export function LineageView({ node, direction = 'both' }: Props) {
  const [column, setColumn] = useState<string | null>(null);
  const lineage = useQuery({
    queryKey: ['lineage', node ?? '', direction],
    queryFn: ({ signal }) =>
      client.lineage.get({ query: { direction, ...(node === undefined ? {} : { node }) }, signal }),
  });
  const { names, followed } = useColumns(lineage.data?.root ?? null, direction, column);
  return (
    <QueryView query={lineage}>
      {(data) =>
        data.nodes.length === 0 ? (
          <EmptyState
            title="Nothing has been made yet"
            action={<ButtonLink href={paths.importDataset()}>Import a dataset</ButtonLink>}
          >
            Datasets, transforms, runs, models, endpoints and drift reports show up here with what they were
            made of.
          </EmptyState>
        ) : (
          <div className={classes.view}>
            {names.length === 0 ? null : (
              <div className={classes.follow}>
                <Select
                  size="xs"
                  w={260}
                  aria-label="Follow a column"
                  placeholder="Follow a column …"
                  searchable
                  clearable
                  data={names}
                  value={column}
                  onChange={setColumn}
                />
                {followed === null ? null : (
                  <span className={classes.followed} role="status">
                    {followedText(followed)}
                  </span>
                )}
              </div>
            )}
            <Suspense fallback={<LoadingState />}>
              <LineageGraph lineage={data} columns={followed} />
            </Suspense>
            <p className={classes.status} role="status">
              {formatCount(data.nodes.length)} {data.nodes.length === 1 ? 'thing' : 'things'},{' '}
              {formatCount(data.edges.length)} {data.edges.length === 1 ? 'link' : 'links'}
              {data.cut === null
                ? '.'
                : `; more lies behind ${formatCount(data.cut.nodes.length)} of them (dashed): open one and look at its lineage.`}
            </p>
          </div>
        )
      }
    </QueryView>
  );
}

function followedText({ root, links }: ColumnLineage): string {
  if (links.length === 0) return 'It is made of no other dataset, and no transform uses it.';
  const unknown = links.some(({ how }) => how === 'unknown')
    ? ' Where a query could not be followed, any column is meant.'
    : '';
  const before = new Set(
    links.filter(({ to }) => to.node === root).map(({ from }) => `${from.node} ${from.column}`),
  );
  const after = new Set(
    links.filter(({ from }) => from.node === root).map(({ to }) => `${to.node} ${to.column}`),
  );
  const words = [
    before.size === 0 ? '' : `made of ${before.size === 1 ? 'one column' : `${before.size} columns`}`,
    after.size === 0 ? '' : `used for ${after.size === 1 ? 'one column' : `${after.size} columns`}`,
  ].filter((part) => part !== '');
  const text = words.join(', ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.${unknown}`;
}
