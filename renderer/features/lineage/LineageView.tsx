import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import type { LineageQuery } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatCount } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { ButtonLink } from '../../components/ButtonLink.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { LoadingState } from '../../components/LoadingState.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import classes from './lineage.module.css';

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
  const lineage = useQuery({
    queryKey: ['lineage', node ?? '', direction],
    queryFn: ({ signal }) =>
      client.lineage.get({ query: { direction, ...(node === undefined ? {} : { node }) }, signal }),
  });
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
            <Suspense fallback={<LoadingState />}>
              <LineageGraph lineage={data} />
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
