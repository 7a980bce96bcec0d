import { useQuery } from '@tanstack/react-query';
import { client } from '../../app/api.ts';
import { paths } from '../../app/paths.ts';
import { keys } from '../../app/queries.ts';
import { AppLink } from '../../components/AppLink.tsx';

/** A link to a dataset version by its id; only the name when there is none, or it is gone. */
export function VersionLink({ versionId, name }: { versionId: string | null; name: string }) {
  const version = useQuery({
    queryKey: keys.item('dataset-versions', versionId ?? ''),
    queryFn: ({ signal }) => client.datasets.version({ params: { versionId: versionId ?? '' }, signal }),
    enabled: versionId !== null,
  });
  if (!version.data) return <span>{name}</span>;
  return (
    <AppLink href={paths.dataset(version.data.dataset, { version: version.data.version })}>{name}</AppLink>
  );
}
