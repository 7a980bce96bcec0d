import { Button } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { type ComponentProps, useEffect, useState } from 'react';
import type { DatasetVersion, DriftMethod } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatPlural } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { keys } from '../../app/queries.ts';
import { useJob } from '../../app/use-job.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { JobProgress } from '../../components/JobProgress.tsx';
import { Page, PageHeader } from '../../components/Page.tsx';
import { Panel } from '../../components/Panel.tsx';
import { VersionPicker } from '../../components/VersionPicker.tsx';
import { ColumnChoice } from './ColumnChoice.tsx';
import { DriftSettingsForm } from './DriftSettingsForm.tsx';
import classes from './NewDriftPage.module.css';
import { comparableColumns } from './new-drift.ts';
import { RecentPairs } from './RecentPairs.tsx';

const crumbs = [{ label: 'Drift', href: paths.drift }];

/** Sets up a comparison: two versions, the columns, and how each is measured. */
export function NewDriftPage() {
  const navigate = useNavigate({ from: '/drift/new' });
  const search = useSearch({ from: '/drift/new' });
  const [skipped, setSkipped] = useState<ReadonlySet<string>>(new Set());
  const [methods, setMethods] = useState<Readonly<Record<string, DriftMethod>>>({});
  const [settings, setSettings] = useState<ComponentProps<typeof DriftSettingsForm>['settings']>({});
  const reference = useVersion(search.reference);
  const current = useVersion(search.current);
  const { common, others } = comparableColumns(reference, current);
  const chosen = common.filter((column) => !skipped.has(column.name));
  const chosenMethods = [...new Set(chosen.flatMap(({ name }) => methods[name] ?? []))];
  const isSame = reference !== null && reference.id === current?.id;

  const start = useMutation({
    mutationFn: () => {
      const names = new Set(chosen.map((column) => column.name));
      return client.driftReports.create({
        body: {
          referenceVersionId: reference?.id ?? '',
          currentVersionId: current?.id ?? '',
          ...(skipped.size > 0 ? { columns: [...names] } : {}),
          methods: Object.fromEntries(Object.entries(methods).filter(([name]) => names.has(name))),
          ...settings,
        },
      });
    },
  });
  const pick = (part: 'reference' | 'current') => (version: DatasetVersion | null) =>
    navigate({ search: { ...search, [part]: version?.id }, replace: true });
  return (
    <Page width="narrow">
      <PageHeader title="New drift report" crumbs={crumbs} />
      <Panel title="Versions to compare">
        <div className={classes.versions}>
          <VersionPicker
            label="Reference"
            description="What was normal: usually what a model was trained on."
            value={search.reference ?? null}
            onChange={pick('reference')}
          />
          <VersionPicker
            label="Current"
            description="What came later."
            value={search.current ?? null}
            onChange={pick('current')}
          />
        </div>
        {search.reference === undefined && search.current === undefined ? (
          <RecentPairs onPick={(pair) => navigate({ search: pair, replace: true })} />
        ) : null}
        {isSame ? (
          <p className={classes.note}>These are the same version: nothing can have drifted.</p>
        ) : null}
      </Panel>
      {reference && current ? (
        <>
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
          <Panel title="When it counts as drift">
            <DriftSettingsForm settings={settings} onChange={setSettings} chosen={chosenMethods} />
          </Panel>
        </>
      ) : null}
      <ErrorNote error={start.error} />
      {start.data ? (
        <Running jobId={start.data.id} />
      ) : (
        <div>
          <Button
            size="sm"
            leftSection={<IconPlayerPlay size={16} />}
            disabled={!reference || !current || chosen.length === 0}
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
  const reportId =
    typeof result === 'object' && result !== null && 'reportId' in result ? String(result.reportId) : null;
  useEffect(() => {
    if (reportId !== null) router.history.push(paths.driftReport(reportId));
  }, [reportId, router]);
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
