import { Button, MultiSelect } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import {
  MOST_COMPARED_VERSIONS,
  type ModelVersion,
  VersionComparison,
} from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { useJob } from '../../../app/use-job.ts';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { ErrorNote } from '../../../components/ErrorNote.tsx';
import { JobFailure } from '../../../components/JobFailure.tsx';
import { JobProgress } from '../../../components/JobProgress.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { VersionPicker } from '../../../components/VersionPicker.tsx';
import { ComparisonView } from './ComparisonView.tsx';
import classes from './comparison.module.css';

/** What is compared, as the address says it: versions in order, and the job that does it. */
export type Compared = { versions: readonly string[]; jobId: string | null };

type Props = {
  model: string;
  versions: readonly ModelVersion[];
  compared: Compared;
  onChange: (compared: Compared) => void;
};

/** Versions of a model held against each other; what came out stays under its address as long as the job is kept. */
export function CompareTab({ model, versions, compared, onChange }: Props) {
  const [datasetVersionId, setDataset] = useState<string | null>(null);
  const choices = versions.filter(({ digest }) => digest !== null).map(({ version }) => version);
  const chosen = compared.versions.filter((version) => choices.includes(version));
  const start = useMutation({
    mutationFn: () =>
      client.versionComparison.start({
        params: { model },
        body: { versions: [...chosen], ...(datasetVersionId === null ? {} : { datasetVersionId }) },
      }),
    onSuccess: ({ id }) => onChange({ versions: chosen, jobId: id }),
  });
  return (
    <>
      <Panel title="Compare versions">
        <form
          className={classes.form}
          onSubmit={(event) => {
            event.preventDefault();
            start.mutate();
          }}
        >
          <MultiSelect
            label="Versions"
            description="The others are held against the first one."
            data={choices}
            value={[...chosen]}
            onChange={(next) => onChange({ versions: next, jobId: null })}
            maxValues={MOST_COMPARED_VERSIONS}
            searchable
            hidePickedOptions
          />
          <VersionPicker
            label="Measured on"
            description="Test rows of the newest version when nothing is chosen."
            value={datasetVersionId}
            onChange={(version) => setDataset(version?.id ?? null)}
          />
          <Button type="submit" disabled={chosen.length < 2} loading={start.isPending}>
            Compare
          </Button>
        </form>
        <ErrorNote error={start.error} />
      </Panel>
      {compared.jobId === null ? (
        <EmptyState title="Nothing compared yet">
          Choose two or more versions: they are measured on the same rows and on this machine.
        </EmptyState>
      ) : (
        <Outcome jobId={compared.jobId} />
      )}
    </>
  );
}

function Outcome({ jobId }: { jobId: string }) {
  const { data: job, error } = useJob(jobId);
  if (job === undefined) return <ErrorNote error={error} />;
  if (job.error !== null) return <JobFailure error={job.error} />;
  const result = VersionComparison.safeParse(job.result);
  if (!result.success) return <JobProgress job={job} />;
  return <ComparisonView comparison={result.data} />;
}
