import { Button } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { type ImportResult, type ReadOptions, SampleName } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { paths } from '../../app/paths.ts';
import { useJob } from '../../app/use-job.ts';
import { ButtonLink } from '../../components/ButtonLink.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { JobFailure } from '../../components/JobFailure.tsx';
import { JobProgress } from '../../components/JobProgress.tsx';
import { Page, PageHeader } from '../../components/Page.tsx';
import { Panel } from '../../components/Panel.tsx';
import { ImportForm } from './ImportForm.tsx';
import { type ChosenSource, type ImportDraft, suggestName } from './import-draft.ts';
import { isDvcPath } from './sources/dvc-path.ts';
import { SourceChooser } from './sources/SourceChooser.tsx';

const crumbs = [{ label: 'Datasets', href: paths.datasets }];

/** From a file to a dataset version: choose it, look at it, correct how it is read, import it. */
export function ImportPage() {
  const { dataset, sample, path } = useSearch({ from: '/datasets/import' });
  const [chosen, setChosen] = useState<ChosenSource | null>(null);
  const [draft, setDraft] = useState<ImportDraft>({ name: '', note: '', options: {} });
  const start = useMutation({
    mutationFn: ({ from, options }: { from: ChosenSource; options: ReadOptions }) =>
      client.datasets.import({
        body: { dataset: draft.name.trim(), note: draft.note, source: from.source, options },
      }),
  });
  const { reset } = start;
  const choose = useCallback(
    (source: ChosenSource | null) => {
      setChosen(source);
      setDraft({
        name: dataset ?? suggestName(source?.name ?? ''),
        note: '',
        options: source?.options ?? {},
      });
      reset();
    },
    [dataset, reset],
  );
  useEffect(() => {
    const named = namedSource(sample, path);
    if (named) choose(named);
  }, [sample, path, choose]);
  return (
    <Page>
      <PageHeader
        title={dataset ? `New version of ${dataset}` : 'Import data'}
        crumbs={dataset ? [...crumbs, { label: dataset, href: paths.dataset(dataset) }] : crumbs}
        description="Rows are read on this machine and kept as a Parquet snapshot; where they come from stays as it is."
        actions={
          <ButtonLink
            href={paths.connections}
            variant="default"
            leftSection={<IconPlugConnected size={15} />}
          >
            Connections
          </ButtonLink>
        }
      />
      {start.data ? <Running jobId={start.data.id} onAgain={reset} /> : null}
      {chosen && !start.data ? (
        <ImportForm
          key={JSON.stringify(chosen.source)}
          chosen={chosen}
          draft={draft}
          onDraft={setDraft}
          isStarting={start.isPending}
          startError={start.error}
          onImport={(options) => start.mutate({ from: chosen, options })}
          onBack={() => choose(null)}
        />
      ) : null}
      {chosen || start.data ? null : <SourceChooser onChoose={choose} />}
    </Page>
  );
}

/** The source that the address names, if it does. */
function namedSource(sample: string | undefined, path: string | undefined): ChosenSource | null {
  const known = SampleName.safeParse(sample);
  if (known.success) return { source: { kind: 'sample', name: known.data }, name: known.data };
  if (path === undefined) return null;
  return { source: { kind: isDvcPath(path) ? 'dvc' : 'path', path }, name: path };
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
