import { useQuery } from '@tanstack/react-query';
import type { RunRow } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { formatPercent, NO_VALUE } from '../../../app/format.ts';
import { keys } from '../../../app/queries.ts';
import { StatusBadge } from '../../../components/StatusBadge.tsx';

/** The status of a run; while its job works, also how far it is, which events keep current. */
export function RunStatusCell({ run }: { run: RunRow }) {
  const isActive = run.status === 'running' || run.status === 'scheduled';
  const jobId = run.jobId ?? '';
  const job = useQuery({
    queryKey: keys.item('jobs', jobId),
    queryFn: ({ signal }) => client.jobs.get({ params: { jobId }, signal }),
    enabled: isActive && jobId !== '',
  });
  if (!run.status) return <>{NO_VALUE}</>;
  const fraction = isActive ? job.data?.progress.fraction : undefined;
  return (
    <>
      <StatusBadge status={run.status} />
      {typeof fraction === 'number' ? <span className="a-dim"> {formatPercent(fraction, 0)}</span> : null}
    </>
  );
}
