import { useQuery } from '@tanstack/react-query';
import { client } from '../../app/api.ts';
import { NO_VALUE } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { keys } from '../../app/queries.ts';
import { AppLink } from '../../components/AppLink.tsx';

/** The registered versions that were made of a run. */
export function RunModels({ runId }: { runId: string }) {
  const query = useQuery({
    queryKey: [...keys.list('models'), 'of run', runId],
    queryFn: ({ signal }) => versionsOfRun(runId, signal),
  });
  if (!query.data || query.data.length === 0) return <>{NO_VALUE}</>;
  return (
    <>
      {query.data.map((version, index) => (
        <span key={`${version.model} ${version.version}`}>
          {index > 0 ? ', ' : ''}
          <AppLink href={paths.model(version.model, { version: version.version })}>
            {version.model} {version.version}
          </AppLink>
        </span>
      ))}
    </>
  );
}

/** Models are few: every one is asked for its versions of this run. */
async function versionsOfRun(runId: string, signal: AbortSignal) {
  const { items } = await client.models.list({ query: { limit: 200 }, signal });
  const pages = await Promise.all(
    items.map((model) =>
      client.models.versions({
        params: { model: model.name },
        query: { filter: `runId = '${runId}'` },
        signal,
      }),
    ),
  );
  return pages.flatMap((page) => page.items);
}
