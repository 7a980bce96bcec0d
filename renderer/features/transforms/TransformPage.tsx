import { Button, Switch } from '@mantine/core';
import { IconPencil, IconPlayerPlay } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useRouter, useSearch } from '@tanstack/react-router';
import type { Transform, TransformEnd, TransformRun } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatCount, formatDuration } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { keys } from '../../app/queries.ts';
import { useJob } from '../../app/use-job.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { ButtonLink } from '../../components/ButtonLink.tsx';
import { CodeBlock } from '../../components/CodeBlock.tsx';
import { ConfirmButton } from '../../components/ConfirmButton.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { JobProgress } from '../../components/JobProgress.tsx';
import { Page, PageHeader } from '../../components/Page.tsx';
import { Panel } from '../../components/Panel.tsx';
import { PlainTable } from '../../components/PlainTable.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { Tabs } from '../../components/Tabs.tsx';
import { toastFault } from '../../components/toasts.tsx';
import { inputNames } from './draft.ts';
import { useTransform } from './transform-queries.ts';
import { RunBadge, StateBadge } from './transform-state.tsx';
import classes from './transforms.module.css';

const crumbs = [{ label: 'Transforms', href: paths.transforms }];
const tabs = [
  { id: 'runs', label: 'Runs' },
  { id: 'definition', label: 'SQL' },
  { id: 'versions', label: 'Versions' },
];

/** One transform: whether what it made is up to date, its runs, and the definitions it had. */
export function TransformPage() {
  const { name } = useParams({ from: '/transforms/$name' });
  const transform = useTransform(name);
  return (
    <Page>
      {transform.data ? null : <PageHeader title={name} crumbs={crumbs} />}
      <QueryView query={transform}>{(data) => <Content transform={data} />}</QueryView>
    </Page>
  );
}

function Content({ transform }: { transform: Transform }) {
  const navigate = useNavigate({ from: '/transforms/$name' });
  const search = useSearch({ from: '/transforms/$name' });
  const cache = useQueryClient();
  const params = { transform: transform.name };
  const reread = () => cache.invalidateQueries({ queryKey: ['transforms'] });
  const run = useMutation({
    mutationFn: () => client.transforms.run({ params, body: {} }),
    onSuccess: reread,
  });
  const setAuto = (auto: boolean) =>
    client.transforms.update({ params, body: { auto } }).then(reread).catch(toastFault);
  const tab = tabs.find((one) => one.id === search.tab)?.id ?? 'runs';
  return (
    <>
      <PageHeader
        title={transform.name}
        crumbs={crumbs}
        description={
          <>
            <StateBadge state={transform.state} />
            <span>
              {inputNames(transform.definition).join(', ')} → {transform.definition.output}
            </span>
            <span>version {transform.version}</span>
          </>
        }
        actions={
          <>
            <DeleteTransform name={transform.name} />
            <ButtonLink
              variant="default"
              href={paths.newTransform({ name: transform.name })}
              leftSection={<IconPencil size={15} />}
            >
              Edit
            </ButtonLink>
            <Button
              leftSection={<IconPlayerPlay size={15} />}
              loading={run.isPending}
              disabled={transform.state === 'running'}
              onClick={() => run.mutate()}
            >
              Run
            </Button>
          </>
        }
      />
      <ErrorNote error={run.error} />
      {transform.lastRun?.state === 'running' ? <Running run={transform.lastRun} /> : null}
      {run.data?.cached ? (
        <p className="a-dim" role="status">
          Nothing to compute: the same was computed before, and <Ends ends={run.data.outputs} /> is what came
          of it.
        </p>
      ) : null}
      {transform.reasons.length > 0 ? (
        <Panel title={transform.state === 'failed' ? 'Why it failed' : 'Why it is not up to date'}>
          <ul className={classes.reasons}>
            {transform.reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </Panel>
      ) : null}
      <Switch
        label="Run it by itself when an input gets a new version"
        checked={transform.auto}
        onChange={(event) => void setAuto(event.currentTarget.checked)}
      />
      <Tabs
        label="About the transform"
        items={tabs}
        value={tab}
        onChange={(id) => void navigate({ search: { tab: id === 'runs' ? undefined : id }, replace: true })}
      />
      {tab === 'runs' ? <Runs name={transform.name} /> : null}
      {tab === 'definition' ? <Definition transform={transform} /> : null}
      {tab === 'versions' ? <Versions name={transform.name} /> : null}
    </>
  );
}

function Running({ run }: { run: TransformRun }) {
  const { data: job } = useJob(run.jobId);
  if (!job) return null;
  return (
    <Panel
      title="Running"
      aside={
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => client.jobs.cancel({ params: { jobId: job.id } }).catch(toastFault)}
        >
          Cancel
        </Button>
      }
    >
      <JobProgress job={job} />
    </Panel>
  );
}

function Ends({ ends }: { ends: readonly TransformEnd[] }) {
  return (
    <span className={classes.facts}>
      {ends.map(({ alias, dataset, version, rows }) => (
        <span key={alias}>
          <AppLink href={paths.dataset(dataset, { version })}>
            {dataset} v{version}
          </AppLink>{' '}
          <span className="a-dim">{formatCount(rows)} rows</span>
        </span>
      ))}
    </span>
  );
}

function Runs({ name }: { name: string }) {
  const runs = useQuery({
    queryKey: keys.part('transforms', name, 'runs'),
    queryFn: ({ signal }) =>
      client.transforms.runs({ params: { transform: name }, query: { limit: 100 }, signal }),
  });
  return (
    <QueryView query={runs}>
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState title="It was not run yet">Run it to make the first version of its output.</EmptyState>
        ) : (
          <Panel padding="none">
            <PlainTable
              label="Runs"
              rows={items}
              keyOf={({ id }) => id}
              columns={[
                { name: 'Started', cell: (run) => <RelativeTime timeMs={run.createdAtMs} /> },
                {
                  name: 'State',
                  cell: (run) => <RunBadge run={run} />,
                  cellHint: (run) => run.error?.message,
                },
                { name: 'Version', isNumber: true, cell: (run) => run.version },
                { name: 'Read', cell: (run) => <Ends ends={run.inputs} /> },
                {
                  name: 'Made',
                  cell: (run) => (run.error ? run.error.message : <Ends ends={run.outputs} />),
                },
                {
                  name: 'Took',
                  isNumber: true,
                  cell: (run) =>
                    run.endedAtMs === null || run.cached
                      ? ''
                      : formatDuration(run.endedAtMs - run.createdAtMs),
                },
                { name: 'By', cell: (run) => (run.trigger === 'auto' ? 'itself' : 'hand') },
                {
                  name: 'Job',
                  cell: (run) =>
                    run.jobId === null ? null : <AppLink href={paths.job(run.jobId)}>open</AppLink>,
                },
              ]}
            />
          </Panel>
        )
      }
    </QueryView>
  );
}

function Definition({ transform }: { transform: Transform }) {
  const check = useQuery({
    queryKey: ['transforms', 'check', transform.definition],
    queryFn: ({ signal }) => client.transforms.check({ body: { definition: transform.definition }, signal }),
  });
  return (
    <QueryView query={check}>
      {({ sql, problems }) =>
        sql === null ? (
          <ul className={classes.faults}>
            {problems.map(({ path, message }) => (
              <li key={path + message}>{message}</li>
            ))}
          </ul>
        ) : (
          <CodeBlock code={sql} label="The SQL of the transform" maxHeight={640} />
        )
      }
    </QueryView>
  );
}

function Versions({ name }: { name: string }) {
  const versions = useQuery({
    queryKey: keys.part('transforms', name, 'versions'),
    queryFn: ({ signal }) => client.transforms.versions({ params: { transform: name }, signal }),
  });
  return (
    <QueryView query={versions}>
      {({ items }) => (
        <Panel padding="none">
          <PlainTable
            label="Versions of the definition"
            rows={items}
            keyOf={({ version }) => version}
            columns={[
              { name: 'Version', isNumber: true, cell: ({ version }) => version },
              { name: 'Saved', cell: ({ createdAtMs }) => <RelativeTime timeMs={createdAtMs} /> },
              { name: 'Reads', cell: ({ definition }) => inputNames(definition).join(', ') },
              { name: 'Writes', cell: ({ definition }) => definition.output },
              {
                name: 'Work',
                cell: ({ definition }) =>
                  definition.sql ?? (definition.steps ?? []).map(({ step }) => step).join(' → '),
              },
            ]}
          />
        </Panel>
      )}
    </QueryView>
  );
}

function DeleteTransform({ name }: { name: string }) {
  const router = useRouter();
  return (
    <ConfirmButton
      question="Delete this transform and the list of its runs? The datasets that it made stay."
      confirmLabel="Delete"
      onConfirm={() =>
        void client.transforms
          .delete({ params: { transform: name } })
          .then(() => router.history.push(paths.transforms))
          .catch(toastFault)
      }
    >
      Delete
    </ConfirmButton>
  );
}
