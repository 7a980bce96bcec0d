import { Button } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { type ComponentProps, useEffect, useState } from 'react';
import type { ChunkRule, DatasetVersion, DriftMethod } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatPlural } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { keys } from '../../app/queries.ts';
import { useJob } from '../../app/use-job.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { JobProgress } from '../../components/JobProgress.tsx';
import { ModelRefField } from '../../components/ModelRefField.tsx';
import { Page, PageHeader } from '../../components/Page.tsx';
import { Panel } from '../../components/Panel.tsx';
import { ColumnChoice } from './ColumnChoice.tsx';
import { DriftSettingsForm } from './DriftSettingsForm.tsx';
import classes from './NewDriftPage.module.css';
import { comparableColumns } from './new-drift.ts';
import { OverTimeFields } from './OverTimeFields.tsx';
import { RecentPairs } from './RecentPairs.tsx';
import { WindowPicker } from './WindowPicker.tsx';
import { draftOf, readWindow, type WindowDraft, windowOf } from './window-draft.ts';

type Side = 'reference' | 'current';

const baseline = { kind: 'baseline', part: 'test' } as const;
const crumbs = [{ label: 'Drift', href: paths.drift }];

/** Sets up a comparison: two windows, the columns, and how each is measured; as a whole or over time. */
export function NewDriftPage() {
  const navigate = useNavigate({ from: '/drift/new' });
  const search = useSearch({ from: '/drift/new' });
  const [drafts, setDrafts] = useState(() => ({
    reference: draftOf(readWindow(search.referenceWindow) ?? (search.endpoint ? baseline : null)),
    current: draftOf(
      readWindow(search.currentWindow) ??
        (search.endpoint ? { kind: 'requests', endpoint: search.endpoint, last: 1000 } : null),
    ),
  }));
  const [model, setModel] = useState('');
  const [by, setBy] = useState<ChunkRule | null>(null);
  const [skipped, setSkipped] = useState<ReadonlySet<string>>(new Set());
  const [methods, setMethods] = useState<Readonly<Record<string, DriftMethod>>>({});
  const [settings, setSettings] = useState<ComponentProps<typeof DriftSettingsForm>['settings']>({});

  // Versions stand in the address, so that a choice can be linked to and gone back to.
  const withVersion = (side: Side) =>
    drafts[side].kind === 'version' ? { ...drafts[side], versionId: search[side] ?? null } : drafts[side];
  const sides = { reference: withVersion('reference'), current: withVersion('current') };
  const windows = {
    reference: windowOf(sides.reference, sides.current),
    current: windowOf(sides.current, sides.reference),
  };
  const reference = useVersion(sides.reference.versionId ?? undefined);
  const current = useVersion(sides.current.versionId ?? undefined);
  const areVersions = sides.reference.kind === 'version' && sides.current.kind === 'version';
  const { common, others } = comparableColumns(areVersions ? reference : null, areVersions ? current : null);
  const chosen = common.filter((column) => !skipped.has(column.name));
  const chosenMethods = [...new Set(chosen.flatMap(({ name }) => methods[name] ?? []))];
  const isSame = areVersions && reference !== null && reference.id === current?.id;
  const isReady = windows.reference !== null && windows.current !== null;
  const knowsColumns = areVersions && reference !== null && current !== null;

  const start = useMutation({
    mutationFn: () => {
      if (windows.reference === null || windows.current === null) throw new Error('a window is not complete');
      const names = new Set(chosen.map((column) => column.name));
      const common = {
        reference: windows.reference,
        current: windows.current,
        ...(model === '' ? {} : { model }),
        ...(skipped.size > 0 ? { columns: [...names] } : {}),
      };
      if (by !== null) return client.driftSeries.create({ body: { ...common, by } });
      return client.driftReports.create({
        body: {
          ...common,
          methods: Object.fromEntries(Object.entries(methods).filter(([name]) => names.has(name))),
          ...settings,
        },
      });
    },
  });
  const pick = (side: Side) => (draft: WindowDraft) => {
    setDrafts({ ...drafts, [side]: draft });
    if (draft.versionId !== sides[side].versionId) {
      navigate({ search: { ...search, [side]: draft.versionId ?? undefined }, replace: true });
    }
  };
  return (
    <Page width="narrow">
      <PageHeader title="New drift report" crumbs={crumbs} />
      <Panel title="What to compare">
        <div className={classes.versions}>
          <WindowPicker
            label="Reference"
            description="What was normal: usually what a model was trained on."
            draft={sides.reference}
            onChange={pick('reference')}
            modelIsKnown={sides.current.kind === 'requests'}
          />
          <WindowPicker
            label="Current"
            description="What came later."
            draft={sides.current}
            onChange={pick('current')}
            modelIsKnown={sides.reference.kind === 'requests'}
          />
        </div>
        {areVersions && search.reference === undefined && search.current === undefined ? (
          <RecentPairs onPick={(pair) => navigate({ search: pair, replace: true })} />
        ) : null}
        {isSame ? (
          <p className={classes.note}>These are the same version: nothing can have drifted.</p>
        ) : null}
      </Panel>
      {isReady ? (
        <Panel title="How to compare">
          <OverTimeFields value={by} onChange={setBy} />
          {areVersions ? (
            <details className={classes.model}>
              <summary>With a model: its answers, how good it is, and what the drift does to it</summary>
              <ModelRefField value={model} onChange={setModel} />
            </details>
          ) : null}
        </Panel>
      ) : null}
      {knowsColumns ? (
        <Panel title={`Columns (${chosen.length} of ${common.length})`} padding="none">
          <ColumnChoice
            columns={common}
            skipped={skipped}
            onSkip={setSkipped}
            methods={methods}
            onMethods={setMethods}
          />
          {others.length > 0 ? (
            <p className={classes.others}>
              Not compared, since only one side has them or the types differ: {others.join(', ')}.
            </p>
          ) : null}
        </Panel>
      ) : null}
      {isReady && by === null ? (
        <Panel title="When it counts as drift">
          <DriftSettingsForm settings={settings} onChange={setSettings} chosen={chosenMethods} />
        </Panel>
      ) : null}
      <ErrorNote error={start.error} />
      {start.data ? (
        <Running jobId={start.data.id} />
      ) : (
        <div>
          <Button
            size="sm"
            leftSection={<IconPlayerPlay size={16} />}
            disabled={!isReady || (knowsColumns && chosen.length === 0)}
            loading={start.isPending}
            onClick={() => start.mutate()}
          >
            {chosen.length > 0 ? `Compare ${formatPlural(chosen.length, 'column')}` : 'Compare'}
          </Button>
        </div>
      )}
    </Page>
  );
}

function Running({ jobId }: { jobId: string }) {
  const router = useRouter();
  const job = useJob(jobId).data;
  const result = job?.result;
  const made = typeof result === 'object' && result !== null ? result : {};
  const page =
    'reportId' in made
      ? paths.driftReport(String(made.reportId))
      : 'seriesId' in made
        ? paths.driftSeries(String(made.seriesId))
        : null;
  useEffect(() => {
    if (page !== null) router.history.push(page);
  }, [page, router]);
  return <Panel title="Comparing">{job ? <JobProgress job={job} /> : null}</Panel>;
}

function useVersion(versionId: string | undefined): DatasetVersion | null {
  const query = useQuery({
    queryKey: keys.item('dataset-versions', versionId ?? ''),
    queryFn: ({ signal }) => client.datasets.version({ params: { versionId: versionId ?? '' }, signal }),
    enabled: versionId !== undefined,
  });
  return versionId === undefined ? null : (query.data ?? null);
}
