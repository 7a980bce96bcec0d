import { Button, Select } from '@mantine/core';
import { IconActivity, IconBellCheck, IconPlayerPlay, IconUpload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { Dataset, DatasetVersion } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatBytes, formatCount, formatRelative } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { keys } from '../../app/queries.ts';
import { ButtonLink } from '../../components/ButtonLink.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ExportRows } from '../../components/ExportRows.tsx';
import { Page, PageHeader } from '../../components/Page.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { type TabItem, Tabs } from '../../components/Tabs.tsx';
import { LineageView } from '../lineage/index.ts';
import { ValidationView, VersionVerdict } from '../validation/index.ts';
import { AboutView } from './AboutView.tsx';
import { BadRowsView } from './BadRowsView.tsx';
import { DeletedVersions } from './DeletedVersions.tsx';
import { DvcExportDialog } from './DvcExportDialog.tsx';
import { ProfileView } from './profile/ProfileView.tsx';
import { RowsView } from './RowsView.tsx';
import { VersionsView } from './VersionsView.tsx';

const crumbs = [{ label: 'Datasets', href: paths.datasets }];
const tabs = [
  { id: 'profile', label: 'Profile' },
  { id: 'rows', label: 'Rows' },
  { id: 'bad-rows', label: 'Set aside' },
  { id: 'validation', label: 'Validation' },
  { id: 'versions', label: 'Versions' },
  { id: 'lineage', label: 'Lineage' },
  { id: 'about', label: 'About' },
];

/** One dataset: what is in a version (profile, rows), its versions, and what people wrote about it. */
export function DatasetPage() {
  const { dataset: name } = useParams({ from: '/datasets/$dataset' });
  const dataset = useQuery({
    queryKey: keys.item('datasets', name),
    queryFn: ({ signal }) => client.datasets.get({ params: { dataset: name }, signal }),
  });
  const versions = useQuery({
    queryKey: keys.part('datasets', name, 'versions', 'newest'),
    queryFn: ({ signal }) =>
      client.datasets.versions({ params: { dataset: name }, query: { limit: 200 }, signal }),
  });
  return (
    <Page layout="fill">
      {dataset.data && versions.data ? null : <PageHeader title={name} crumbs={crumbs} />}
      <QueryView query={dataset}>
        {(data) => (
          <QueryView query={versions}>{({ items }) => <Content dataset={data} versions={items} />}</QueryView>
        )}
      </QueryView>
    </Page>
  );
}

function Content({ dataset, versions }: { dataset: Dataset; versions: readonly DatasetVersion[] }) {
  const navigate = useNavigate({ from: '/datasets/$dataset' });
  const search = useSearch({ from: '/datasets/$dataset' });
  const version = versions.find((one) => String(one.version) === search.version) ?? versions[0];
  const tab = tabs.find((one) => one.id === search.tab)?.id ?? 'profile';
  const change = (next: { version?: string | undefined; tab?: string | undefined }) =>
    navigate({ search: { ...search, ...next }, replace: true });
  const newVersion = (
    <ButtonLink
      href={paths.importDataset({ dataset: dataset.name })}
      variant="default"
      leftSection={<IconUpload size={15} />}
    >
      New version
    </ButtonLink>
  );
  if (!version) {
    return (
      <>
        <PageHeader title={dataset.name} crumbs={crumbs} />
        <EmptyState title="This dataset has no versions" action={newVersion}>
          Import a file into it to make one.
        </EmptyState>
        <DeletedVersions dataset={dataset.name} />
      </>
    );
  }
  return (
    <>
      <PageHeader
        title={dataset.name}
        crumbs={crumbs}
        description={<VersionFacts version={version} />}
        actions={
          <>
            <Select
              aria-label="Version"
              w={190}
              allowDeselect={false}
              data={versions.map((one) => ({
                value: String(one.version),
                label: `v${one.version} · ${formatRelative(one.createdAtMs, Date.now())}`,
              }))}
              value={String(version.version)}
              onChange={(value) => change({ version: value ?? undefined })}
            />
            {newVersion}
            <ExportRows
              key={version.id}
              source={{ kind: 'version', versionId: version.id }}
              name={`${dataset.name} v${version.version}`}
              rows={version.rows}
              columns={version.columns.map(({ name }) => name)}
              instead={{
                label: 'Or as a file that DVC keeps …',
                dialog: (onClose) => <DvcExportDialog version={version} onClose={onClose} />,
              }}
            />
            <CompareButton version={version} versions={versions} />
            <ButtonLink
              variant="default"
              href={paths.newMonitor({ dataset: dataset.name, reference: version.id })}
              leftSection={<IconBellCheck size={15} />}
            >
              Watch this
            </ButtonLink>
            <ButtonLink
              href={paths.training({ version: version.id })}
              leftSection={<IconPlayerPlay size={15} />}
            >
              Train on this
            </ButtonLink>
          </>
        }
      />
      <Tabs
        label="Views of the dataset"
        items={tabsOf(version, versions)}
        value={tab}
        onChange={(id) => change({ tab: id === 'profile' ? undefined : id })}
      />
      {tab === 'profile' ? (
        <ProfileView
          version={version}
          search={search}
          onSearch={(next) => navigate({ search: { ...search, ...next }, replace: true })}
        />
      ) : null}
      {tab === 'rows' ? <RowsView key={version.id} version={version} /> : null}
      {tab === 'bad-rows' ? <BadRowsView key={version.id} version={version} /> : null}
      {tab === 'validation' ? (
        <ValidationView
          key={version.id}
          version={version}
          view={search.view}
          onView={(view) => navigate({ search: { ...search, view }, replace: true })}
        />
      ) : null}
      {tab === 'versions' ? <VersionsView versions={versions} current={version} onShow={change} /> : null}
      {tab === 'lineage' ? <LineageView key={version.id} node={`dataset:${version.id}`} /> : null}
      {tab === 'about' ? <AboutView dataset={dataset} version={version} /> : null}
    </>
  );
}

/** Rows that were set aside have a tab where there are any. */
function tabsOf(version: DatasetVersion, versions: readonly DatasetVersion[]): TabItem[] {
  const notes: Record<string, number> = { versions: versions.length, 'bad-rows': version.badRows };
  return tabs
    .filter(({ id }) => id !== 'bad-rows' || version.badRows > 0)
    .map((one) => {
      const note = notes[one.id];
      return note === undefined ? one : { ...one, note: formatCount(note) };
    });
}

function VersionFacts({ version }: { version: DatasetVersion }) {
  return (
    <>
      <span>{formatCount(version.rows)} rows</span>
      <span>{formatCount(version.columns.length)} columns</span>
      <span>{formatBytes(version.sizeBytes)}</span>
      <VersionVerdict versionId={version.id} />
      {version.badRows > 0 ? <span>{formatCount(version.badRows)} rows set aside</span> : null}
      <span>
        from {version.sourceName}, <RelativeTime timeMs={version.createdAtMs} />
      </span>
    </>
  );
}

/** Compares the version shown with the one before it, or the next one for the first. */
function CompareButton({
  version,
  versions,
}: {
  version: DatasetVersion;
  versions: readonly DatasetVersion[];
}) {
  const index = versions.indexOf(version);
  const older = versions[index + 1];
  const newer = versions[index - 1];
  const [reference, current] = older ? [older, version] : [version, newer];
  if (!current) {
    return (
      <Button
        variant="default"
        leftSection={<IconActivity size={15} />}
        disabled
        title="There is only one version"
      >
        Drift
      </Button>
    );
  }
  return (
    <ButtonLink
      variant="default"
      href={paths.newDrift({ reference: reference.id, current: current.id })}
      leftSection={<IconActivity size={15} />}
    >
      Drift v{reference.version} → v{current.version}
    </ButtonLink>
  );
}
