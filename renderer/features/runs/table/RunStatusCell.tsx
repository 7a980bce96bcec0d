import { useQuery } from '@tanstack/react-query';
import type { RunRow } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { formatPercent, NO_VALUE } from '../../../app/format.ts';
import { keys } from '../../../app/queries.ts';
import { StatusBadge } from '../../../components/StatusBadge.tsx';

/** The status of a run; while its job works, also how far it is, which events keep current. */
export function RunStatusCell({ run }: { run: RunRow }) {
  if (!run.status) return <>{NO_VALUE}</>;
  const isActive = run.status === 'running' || run.status === 'scheduled';
  return (
    <>
      <StatusBadge status={run.status} />
      {isActive && run.jobId ? <JobFraction jobId={run.jobId} /> : null}
    </>
  );
}

function JobFraction({ jobId }: { jobId: string }) {
  const job = useQuery({
    queryKey: keys.item('jobs', jobId),
    queryFn: ({ signal }) => client.jobs.get({ params: { jobId }, signal }),
  });
  const fraction = job.data?.progress.fraction;
  return typeof fraction === 'number' ? <span className="a-dim"> {formatPercent(fraction, 0)}</span> : null;
}
