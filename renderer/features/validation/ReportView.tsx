import { Button } from '@mantine/core';
import { IconChecklist, IconPlayerPlay } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { DataSchemaVersion, DatasetVersion, DataValidation } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { hasEnded } from '../../app/live-cache.ts';
import { keys } from '../../app/queries.ts';
import { useJob } from '../../app/use-job.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { JobFailure } from '../../components/JobFailure.tsx';
import { JobProgress } from '../../components/JobProgress.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { toastFault } from '../../components/toasts.tsx';
import { Report } from './Report.tsx';

type Props = { version: DatasetVersion; active: DataSchemaVersion | null; onSchema: () => void };

/** The newest check of a version, and the button that runs another. */
export function ReportView({ version, active, onSchema }: Props) {
  const cache = useQueryClient();
  const [jobId, setJobId] = useState<string | null>(null);
  const job = useJob(jobId).data;
  const isRunning = jobId !== null && (job === undefined || !hasEnded(job.state));
  const report = useQuery({
    queryKey: keys.list('data-validations', { filter: version.id, sort: 'newest' }),
    queryFn: async ({ signal }): Promise<DataValidation | null> => {
      const query = { filter: `versionId = '${version.id}' and environment = 'training'`, limit: 1 };
      const [newest] = (await client.dataValidations.list({ query, signal })).items;
      if (newest === undefined) return null;
      return client.dataValidations.get({ params: { validationId: newest.id }, signal });
    },
  });
  useEffect(() => {
    if (job?.state === 'succeeded') void cache.invalidateQueries({ queryKey: ['data-validations'] });
  }, [job?.state, cache]);
  const run = () =>
    client.dataValidations
      .create({ body: { versionId: version.id } })
      .then(({ id }) => setJobId(id))
      .catch(toastFault);
  if (active === null) {
    return (
      <EmptyState
        icon={IconChecklist}
        title="There is no schema yet"
        action={<Button onClick={onSchema}>Make a schema</Button>}
      >
        A schema says what the rows must be like: types, ranges, allowed values, keys. It can be inferred from
        this version and then edited.
      </EmptyState>
    );
  }
  const button = (
    <Button leftSection={<IconPlayerPlay size={15} />} loading={isRunning} onClick={run}>
      Check v{version.version}
    </Button>
  );
  return (
    <>
      {job && isRunning ? <JobProgress job={job} /> : null}
      {job?.error && hasEnded(job.state) ? <JobFailure error={job.error} /> : null}
      <QueryView query={report}>
        {(validation) =>
          validation === null ? (
            <EmptyState
              icon={IconChecklist}
              title={`v${version.version} has not been checked`}
              action={button}
            >
              It would be checked by schema {active.version}.
            </EmptyState>
          ) : (
            <Report validation={validation} activeVersion={active.version} button={button} />
          )
        }
      </QueryView>
    </>
  );
}
