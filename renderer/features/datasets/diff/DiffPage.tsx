import { Button, MultiSelect } from '@mantine/core';
import { IconActivity, IconArrowsExchange } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { z } from 'zod';
import type { DatasetDiff, DatasetVersion } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { paths } from '../../../app/paths.ts';
import { keys } from '../../../app/queries.ts';
import { useJob } from '../../../app/use-job.ts';
import { ButtonLink } from '../../../components/ButtonLink.tsx';
import { ErrorNote } from '../../../components/ErrorNote.tsx';
import { ExportRows } from '../../../components/ExportRows.tsx';
import { JobFailure } from '../../../components/JobFailure.tsx';
import { JobProgress } from '../../../components/JobProgress.tsx';
import { Page, PageHeader } from '../../../components/Page.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { QueryView } from '../../../components/QueryView.tsx';
import { toastFault } from '../../../components/toasts.tsx';
import { DiffColumns } from './DiffColumns.tsx';
import { DiffRows } from './DiffRows.tsx';
import { DiffSummary } from './DiffSummary.tsx';
import classes from './diff.module.css';

/** A key as it stands in the address. */
const joinKey = (columns: readonly string[]) => JSON.stringify(columns);

function keyIn(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  try {
    return z.array(z.string()).min(1).parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** What changed between two versions of a dataset: found before, or looked for now. */
export function DiffPage() {
  const { dataset } = useParams({ from: '/datasets/$dataset/diff' });
  const { from = '', to = 'latest' } = useSearch({ from: '/datasets/$dataset/diff' });
  const crumbs = [
    { label: 'Datasets', href: paths.datasets },
    { label: dataset, href: paths.dataset(dataset, { tab: 'versions' }) },
  ];
  const versions = useQuery({
    queryKey: keys.part('datasets', dataset, 'pair', from, to),
    queryFn: async ({ signal }) => {
      const [base, other] = await Promise.all(
        [from, to].map((name) =>
          client.datasetVersions.resolve({ query: { ref: `${dataset}@${name}` }, signal }),
        ),
      );
      return { base, other };
    },
  });
  return (
    <Page layout="fill">
      {versions.data ? null : <PageHeader title="Compare versions" crumbs={crumbs} />}
      <QueryView query={versions}>
        {({ base, other }) =>
          base && other ? (
            <Pair key={`${base.id} ${other.id}`} base={base} other={other} crumbs={crumbs} />
          ) : null
        }
      </QueryView>
    </Page>
  );
}

type PairProps = { base: DatasetVersion; other: DatasetVersion; crumbs: { label: string; href: string }[] };

function Pair({ base, other, crumbs }: PairProps) {
  const navigate = useNavigate({ from: '/datasets/$dataset/diff' });
  const search = useSearch({ from: '/datasets/$dataset/diff' });
  const asked = keyIn(search.key);
  const found = useQuery({
    queryKey: keys.part('datasets', base.dataset, 'diff', base.id, other.id),
    queryFn: async ({ signal }) =>
      (await client.datasetDiffs.find({ query: { base: base.id, other: other.id }, signal })).items,
  });
  const diff = found.data?.find(({ key }) =>
    asked === undefined
      ? key.how !== 'given'
      : key.how === 'given' && joinKey(key.columns) === joinKey(asked),
  );
  const others = new Set(other.columns.map(({ name }) => name));
  const keyColumns = base.columns.map(({ name }) => name).filter((name) => others.has(name));
  const shownKey = asked ?? diff?.key.columns ?? [];
  return (
    <>
      <PageHeader
        title={`${base.dataset} v${base.version} → v${other.version}`}
        crumbs={crumbs}
        description={diff ? <DiffFacts diff={diff} /> : null}
        actions={
          <>
            <MultiSelect
              aria-label="Columns that name a row"
              placeholder={shownKey.length === 0 ? 'Key: whole rows' : ''}
              data={keyColumns}
              value={shownKey}
              searchable
              clearable
              maxValues={8}
              miw={190}
              maw={340}
              onChange={(value) =>
                navigate({
                  search: { ...search, key: value.length === 0 ? undefined : joinKey(value) },
                  replace: true,
                })
              }
            />
            {diff ? (
              <ExportRows
                key={diff.id}
                source={{ kind: 'diff', diffId: diff.id, rows: 'all' }}
                name={`what changed ${diff.baseName} → ${diff.otherName}`}
                rows={diff.rows.added + diff.rows.removed + (diff.rows.changed ?? 0)}
              />
            ) : null}
            <Button
              variant="default"
              leftSection={<IconArrowsExchange size={15} />}
              onClick={() =>
                navigate({
                  search: { ...search, from: String(other.version), to: String(base.version) },
                  replace: true,
                })
              }
            >
              Swap
            </Button>
            <ButtonLink
              variant="default"
              href={paths.newDrift({ reference: base.id, current: other.id })}
              leftSection={<IconActivity size={15} />}
            >
              Drift report
            </ButtonLink>
          </>
        }
      />
      <QueryView query={found}>
        {() =>
          diff ? (
            <Found key={diff.id} diff={diff} />
          ) : (
            <Looking key={search.key ?? ''} base={base} other={other} asked={asked} />
          )
        }
      </QueryView>
    </>
  );
}

function DiffFacts({ diff: { key, columnsMoved } }: { diff: DatasetDiff }) {
  return (
    <>
      <span>
        {key.columns.length === 0
          ? 'Whole rows compared: no column names a row in both'
          : `Rows matched by ${key.columns.join(', ')}${key.how === 'guessed' ? ', unique in both' : ''}`}
      </span>
      {key.repeats > 0 ? (
        <span>{key.repeats.toLocaleString('en')} rows share their key with others</span>
      ) : null}
      {columnsMoved ? <span>columns stand in another order</span> : null}
    </>
  );
}

function Found({ diff }: { diff: DatasetDiff }) {
  return (
    <>
      <DiffSummary diff={diff} />
      <DiffColumns diff={diff} />
      <DiffRows diff={diff} />
    </>
  );
}

/** Starts the comparison and waits for it. */
function Looking({
  base,
  other,
  asked,
}: Pick<PairProps, 'base' | 'other'> & { asked: string[] | undefined }) {
  const cache = useQueryClient();
  const start = useMutation({
    mutationFn: () =>
      client.datasetDiffs.create({
        params: { versionId: base.id },
        body: { with: other.id, ...(asked === undefined ? {} : { key: asked }) },
      }),
  });
  const { mutate } = start;
  useEffect(() => mutate(), [mutate]);
  const { data: job } = useJob(start.data?.id ?? null);
  const isDone = job?.state === 'succeeded';
  useEffect(() => {
    if (isDone) void cache.invalidateQueries({ queryKey: keys.part('datasets', base.dataset, 'diff') });
  }, [isDone, cache, base.dataset]);
  if (start.error) return <ErrorNote error={start.error} />;
  if (job?.error && job.state !== 'queued' && job.state !== 'running')
    return <JobFailure error={job.error} />;
  return (
    <Panel title="Comparing">
      {job ? (
        <div className={classes.progress}>
          <JobProgress job={job} />
          <Button
            variant="default"
            size="compact-sm"
            onClick={() => void client.jobs.cancel({ params: { jobId: job.id } }).catch(toastFault)}
          >
            Cancel
          </Button>
        </div>
      ) : (
        'Starting …'
      )}
    </Panel>
  );
}
