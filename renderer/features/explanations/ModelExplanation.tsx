import { Button, Select } from '@mantine/core';
import { IconBulb } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { Explanation } from '../../../local-api/contract/index.ts';
import { ApiError, client } from '../../app/api.ts';
import { formatCount, formatDuration, formatNumber } from '../../app/format.ts';
import { useJob } from '../../app/use-job.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { JobFailure } from '../../components/JobFailure.tsx';
import { JobProgress } from '../../components/JobProgress.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { Tabs } from '../../components/Tabs.tsx';
import { VersionPicker } from '../../components/VersionPicker.tsx';
import { Contributions } from './Contributions.tsx';
import { Effects } from './Effects.tsx';
import classes from './explanations.module.css';
import { useNewestExplanation } from './explanations-queries.ts';
import { ImportanceView } from './ImportanceView.tsx';
import { SingleRows } from './SingleRows.tsx';
import { methodName, scaleName } from './words.ts';

type Props = {
  /** Whose model file it is. */
  subject: { runId: string } | { model: string };
  /** Of the model file; explanations are kept by it. */
  digest: string;
};

/** What is known of why a model answers as it does; offers the job that finds out when nothing is known yet. */
export function ModelExplanation({ subject, digest }: Props) {
  const query = useNewestExplanation(digest);
  const [jobId, setJobId] = useState<string | null>(null);
  const [datasetVersionId, setDataset] = useState<string | null>(null);
  const start = useMutation({
    mutationFn: () =>
      client.explanations.create({
        body: { ...subject, ...(datasetVersionId === null ? {} : { datasetVersionId }) },
      }),
    onSuccess: ({ id }) => setJobId(id),
  });
  // A model that was made elsewhere comes without rows.
  const { error } = start;
  const lacksRows = error instanceof ApiError && error.code === 'explanations/no-rows';
  const job = useJob(jobId).data;
  const isAtWork = job !== undefined && (job.state === 'queued' || job.state === 'running');
  const button = (
    <Button
      variant={query.data ? 'default' : 'filled'}
      size={query.data ? 'xs' : 'sm'}
      loading={start.isPending || isAtWork}
      onClick={() => start.mutate()}
    >
      {query.data ? 'Explain again' : 'Explain this model'}
    </Button>
  );
  return (
    <QueryView query={query}>
      {(explanation) => (
        <>
          <ErrorNote error={lacksRows ? null : error} />
          {lacksRows || datasetVersionId !== null ? (
            <div className={classes.data}>
              <VersionPicker
                label="Explained on"
                description={
                  lacksRows
                    ? `${error.message}. Choose data with the columns that it takes.`
                    : 'Data with the columns that the model takes.'
                }
                value={datasetVersionId}
                onChange={(version) => setDataset(version?.id ?? null)}
              />
            </div>
          ) : null}
          {job?.error ? <JobFailure error={job.error} /> : null}
          {isAtWork ? <JobProgress job={job} /> : null}
          {explanation === null ? (
            <EmptyState icon={IconBulb} title="Not explained yet" action={button}>
              Which inputs matter, how each moves the answer, and why single rows are answered as they are:
              worked out on the rows that the training kept for its test, from the file that is served.
            </EmptyState>
          ) : (
            <Explained explanation={explanation} action={button} />
          )}
        </>
      )}
    </QueryView>
  );
}

const views = [
  { id: 'importance', label: 'Importance' },
  { id: 'contributions', label: 'Contributions' },
  { id: 'effects', label: 'Effects' },
  { id: 'rows', label: 'Single rows' },
];

function Explained({ explanation, action }: { explanation: Explanation; action: React.ReactNode }) {
  const panelId = useId();
  const [view, setView] = useState('importance');
  const { outputs } = explanation.shapley;
  // Of two classes the second is the positive one, and the first says the same with the other sign.
  const [output, setOutput] = useState(outputs.length === 2 ? 1 : 0);
  return (
    <>
      <div className={classes.head}>
        {outputs.length > 1 ? (
          <Select
            label="Class explained"
            data={outputs.map((one, index) => ({ value: String(index), label: one.output ?? '' }))}
            value={String(output)}
            onChange={(value) => setOutput(Number(value ?? 0))}
            allowDeselect={false}
            size="xs"
          />
        ) : null}
        <div className={classes.facts}>
          <Method explanation={explanation} output={outputs[output]?.output ?? null} />
        </div>
        {action}
      </div>
      <Tabs
        label="Parts of the explanation"
        items={views}
        value={view}
        onChange={setView}
        panelId={panelId}
      />
      <div
        id={panelId}
        role="tabpanel"
        aria-label={views.find(({ id }) => id === view)?.label}
        className={classes.view}
      >
        {view === 'importance' ? <ImportanceView explanation={explanation} output={output} /> : null}
        {view === 'contributions' ? <Contributions explanation={explanation} output={output} /> : null}
        {view === 'effects' ? <Effects explanation={explanation} output={output} /> : null}
        {view === 'rows' ? <SingleRows explanation={explanation} output={output} /> : null}
      </div>
    </>
  );
}

function Method({ explanation, output }: { explanation: Explanation; output: string | null }) {
  const { shapley, rows, reference, seconds, createdAtMs, target, notes } = explanation;
  const { method, scale, largestError, modelCalls } = shapley;
  return (
    <>
      <p className={classes.note}>
        Contributions are {methodName(method)} in {scaleName(scale, output, target)}, of {formatCount(rows)}{' '}
        rows ({reference.source.toLowerCase()}); {formatCount(reference.rows)} of them stand for what is not
        known.{' '}
        {largestError === null
          ? 'No sampling error.'
          : `Largest standard error ${formatNumber(largestError, 2)} after ${formatCount(modelCalls)} questions to the model.`}{' '}
        Took {formatDuration(seconds * 1000)}, <RelativeTime timeMs={createdAtMs} />.
      </p>
      {notes.map((note) => (
        <p key={note} className={classes.note}>
          {note}
        </p>
      ))}
    </>
  );
}
