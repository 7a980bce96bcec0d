import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { ImportResult, ReadOptions } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { paths } from '../../app/paths.ts';
import { useJob } from '../../app/use-job.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { JobFailure } from '../../components/JobFailure.tsx';
import { JobProgress } from '../../components/JobProgress.tsx';
import { Page, PageHeader } from '../../components/Page.tsx';
import { Panel } from '../../components/Panel.tsx';
import { ImportForm } from './ImportForm.tsx';
import { type ChosenSource, suggestName } from './import-draft.ts';
import { SourceChooser } from './SourceChooser.tsx';

const crumbs = [{ label: 'Datasets', href: paths.datasets }];

/** From a file to a dataset version: choose it, look at it, correct how it is read, import it. */
export function ImportPage() {
  const { dataset, sample } = useSearch({ from: '/datasets/import' });
  const [chosen, setChosen] = useState<ChosenSource | null>(
    sample === 'flights' || sample === 'penguins'
      ? { source: { kind: 'sample', name: sample }, name: sample }
      : null,
  );
  const start = useMutation({
    mutationFn: (request: { name: string; note: string; options: ReadOptions; from: ChosenSource }) =>
      client.datasets.import({
        body: {
          dataset: request.name,
          source: request.from.source,
          options: request.options,
          note: request.note,
        },
      }),
  });
  return (
    <Page>
      <PageHeader
        title={dataset ? `New version of ${dataset}` : 'Import data'}
        crumbs={dataset ? [...crumbs, { label: dataset, href: paths.dataset(dataset) }] : crumbs}
        description="The file is read on this machine and kept as a Parquet snapshot; the original stays as it is."
      />
      {start.data ? (
        <Running jobId={start.data.id} onAgain={() => start.reset()} />
      ) : chosen ? (
        <ImportForm
          chosen={chosen}
          suggestedName={dataset ?? suggestName(chosen.name)}
          isStarting={start.isPending}
          startError={start.error}
          onImport={(request) => start.mutate({ ...request, from: chosen })}
          onBack={() => {
            setChosen(null);
            start.reset();
          }}
        />
      ) : (
        <SourceChooser onChoose={setChosen} />
      )}
    </Page>
  );
}

function Running({ jobId, onAgain }: { jobId: string; onAgain: () => void }) {
  const router = useRouter();
  const job = useJob(jobId);
  const result = job.data?.state === 'succeeded' ? (job.data.result as ImportResult | null) : null;
  useEffect(() => {
    if (result) router.history.push(paths.dataset(result.dataset, { version: result.version }));
  }, [result, router]);
  if (job.error) return <ErrorNote error={job.error} />;
  return (
    <>
      <Panel title={job.data?.title ?? 'Importing'}>{job.data ? <JobProgress job={job.data} /> : null}</Panel>
      {job.data?.error ? (
        <>
          <JobFailure error={job.data.error} />
          <div>
            <Button variant="default" onClick={onAgain}>
              Back to the preview
            </Button>
          </div>
        </>
      ) : null}
    </>
  );
}
