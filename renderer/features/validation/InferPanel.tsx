import { Button } from '@mantine/core';
import { useState } from 'react';
import { type DataSchema, type DatasetVersion, InferredSchema } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatPlural } from '../../app/format.ts';
import { hasEnded } from '../../app/live-cache.ts';
import { useJob } from '../../app/use-job.ts';
import { JobFailure } from '../../components/JobFailure.tsx';
import { JobProgress } from '../../components/JobProgress.tsx';
import { Panel } from '../../components/Panel.tsx';
import { PlainTable } from '../../components/PlainTable.tsx';
import { ToneBadge } from '../../components/ToneBadge.tsx';
import { toastFault } from '../../components/toasts.tsx';
import { type SchemaChange, schemaChanges } from './schema-changes.ts';
import classes from './validation.module.css';

type Props = {
  version: DatasetVersion;
  /** What the proposal is held against; null when there is nothing yet. */
  current: DataSchema | null;
  onTake: (schema: DataSchema) => void;
  onClose: () => void;
};

/** Proposes a schema from the rows of a version, and shows what it would change. */
export function InferPanel({ version, current, onTake, onClose }: Props) {
  const [jobId, setJobId] = useState<string | null>(null);
  const job = useJob(jobId).data;
  const inferred = InferredSchema.safeParse(job?.result).data ?? null;
  const isRunning = jobId !== null && (job === undefined || !hasEnded(job.state));
  const start = () =>
    client.dataSchemas
      .infer({ body: { versionId: version.id } })
      .then(({ id }) => setJobId(id))
      .catch(toastFault);
  return (
    <Panel title={`Propose a schema from v${version.version}`}>
      <div className={classes.tools}>
        <span className={classes.dim}>
          Types, missing values, ranges with slack, values that come again and again, forms of texts, ids. You
          can change all of it.
        </span>
        <Button loading={isRunning} onClick={start}>
          Infer
        </Button>
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
      </div>
      {job && isRunning ? <JobProgress job={job} /> : null}
      {job?.error && hasEnded(job.state) ? <JobFailure error={job.error} /> : null}
      {inferred === null ? null : (
        <Proposal schema={inferred.schema} current={current} onTake={() => onTake(inferred.schema)} />
      )}
    </Panel>
  );
}

function Proposal({
  schema,
  current,
  onTake,
}: {
  schema: DataSchema;
  current: DataSchema | null;
  onTake: () => void;
}) {
  const rules = schema.columns.reduce((sum, column) => sum + column.rules.length, schema.rows.length);
  const changes = current === null ? [] : schemaChanges(current, schema);
  const what =
    current === null
      ? `${formatPlural(rules, 'rule')} for ${formatPlural(schema.columns.length, 'column')}.`
      : changes.length === 0
        ? 'It is as the schema is.'
        : `It would change ${formatPlural(changes.length, 'thing')}:`;
  return (
    <>
      <div className={classes.tools}>
        <span>{what}</span>
        <span className={classes.spring} />
        <Button disabled={current !== null && changes.length === 0} onClick={onTake}>
          Take it over
        </Button>
      </div>
      {changes.length === 0 ? null : <Changes changes={changes} />}
    </>
  );
}

const tones = { added: 'good', removed: 'bad', changed: 'info' } as const;

function Changes({ changes }: { changes: readonly SchemaChange[] }) {
  return (
    <PlainTable
      label="What would change"
      isInset
      maxHeight={260}
      rows={changes}
      keyOf={({ where }) => where}
      columns={[
        { name: '', id: 'kind', cell: ({ kind }) => <ToneBadge tone={tones[kind]}>{kind}</ToneBadge> },
        { name: 'What', namesRow: true, cell: ({ where }) => where },
        { name: 'Now', cell: ({ before }) => before },
        { name: 'Then', cell: ({ after }) => after },
      ]}
    />
  );
}
