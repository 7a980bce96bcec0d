import { Button } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { client } from '../../app/api.ts';
import { keys } from '../../app/queries.ts';
import classes from './NewDriftPage.module.css';

const query = { filter: 'versions > 1', sort: '-updatedAtMs', limit: 4 };

type Props = { onPick: (pair: { reference: string; current: string }) => void };

/** One-click choices: the last two versions of the datasets that changed lately. */
export function RecentPairs({ onPick }: Props) {
  const datasets = useQuery({
    queryKey: keys.list('datasets', query),
    queryFn: ({ signal }) => client.datasets.list({ query, signal }),
  });
  const versions = useQueries({
    queries: (datasets.data?.items ?? []).map(({ name }) => ({
      queryKey: keys.part('datasets', name, 'versions', 'last two'),
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        client.datasets.versions({ params: { dataset: name }, query: { limit: 2 }, signal }),
    })),
  });
  const pairs = versions.flatMap(({ data }) => {
    const [current, reference] = data?.items ?? [];
    return current && reference ? [{ current, reference }] : [];
  });
  if (pairs.length === 0) return null;
  return (
    <div className={classes.pairs}>
      <span className="a-dim">Or the last two versions of</span>
      {pairs.map(({ reference, current }) => (
        <Button
          key={current.id}
          variant="default"
          onClick={() => onPick({ reference: reference.id, current: current.id })}
        >
          {current.dataset} v{reference.version} → v{current.version}
        </Button>
      ))}
    </div>
  );
}
