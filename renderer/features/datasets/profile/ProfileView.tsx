import { Button, Menu, Select } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useEffect, useId } from 'react';
import type { DatasetVersion, VersionProfile } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { download } from '../../../charts/table.ts';
import { ErrorNote } from '../../../components/ErrorNote.tsx';
import { JobFailure } from '../../../components/JobFailure.tsx';
import { JobProgress } from '../../../components/JobProgress.tsx';
import { QueryView } from '../../../components/QueryView.tsx';
import { Tabs } from '../../../components/Tabs.tsx';
import { toastFault } from '../../../components/toasts.tsx';
import shared from '../dataset.module.css';
import { ColumnsView } from './ColumnsView.tsx';
import { Findings } from './Findings.tsx';
import { InteractionView } from './InteractionView.tsx';
import { MissingView } from './MissingView.tsx';
import classes from './profile.module.css';
import { type Analysis, lacks, useAnalysis, useProfile } from './profile-queries.ts';
import { RelationsView } from './RelationsView.tsx';
import { TargetView } from './TargetView.tsx';

export type ProfileSearch = {
  /** Name of the column shown in detail. */
  column?: string | undefined;
  view?: string | undefined;
  target?: string | undefined;
  x?: string | undefined;
  y?: string | undefined;
};

type Props = {
  version: DatasetVersion;
  search: ProfileSearch;
  onSearch: (change: ProfileSearch) => void;
};

const views = [
  { id: 'columns', label: 'Columns' },
  { id: 'relations', label: 'Relations' },
  { id: 'missing', label: 'Missing values' },
  { id: 'pairs', label: 'Two columns' },
];
const targetTab = { id: 'target', label: 'Target' };

/** What a version looks like: what to look at first, each column, how they go together, and what is missing. */
export function ProfileView({ version, search, onSearch }: Props) {
  const profile = useProfile(version.id, search.target);
  return (
    <div className={shared.scroll}>
      <QueryView query={profile}>
        {(data) => (
          <Profile
            version={version}
            profile={data}
            isOld={profile.isPlaceholderData}
            search={search}
            onSearch={onSearch}
          />
        )}
      </QueryView>
    </div>
  );
}

type ProfileProps = Props & {
  profile: VersionProfile;
  /** What is shown is from before the target was chosen; the answer is on its way. */
  isOld: boolean;
};

function Profile({ version, profile, isOld, search, onSearch }: ProfileProps) {
  const panelId = useId();
  const tabs = search.target === undefined ? views : [targetTab, ...views];
  const view = tabs.find((one) => one.id === search.view)?.id ?? 'columns';
  const analysis = useAnalysis(version.id, search.target);
  const isLacking = !isOld && lacks(profile, search.target);
  const { start, isAtWork, job, error } = analysis;
  // Columns are shown at once as the import counted them; what the other views show is computed when one is opened.
  const wants = isLacking && (view !== 'columns' || search.target !== undefined) && view !== 'pairs';
  const canStart = wants && !isAtWork && job === undefined && error === null;
  useEffect(() => {
    if (canStart) start();
  }, [canStart, start]);
  return (
    <>
      <div className={classes.bar}>
        <Tabs
          label="Parts of the profile"
          items={tabs}
          value={view}
          onChange={(id) => onSearch({ view: id === 'columns' ? undefined : id })}
          panelId={panelId}
        />
        <div className={classes.tools}>
          <Select
            aria-label="Target"
            placeholder="Choose a target"
            size="xs"
            w={190}
            clearable
            searchable
            data={profile.columns.map(({ name }) => name)}
            value={search.target ?? null}
            onChange={(target) =>
              onSearch({ target: target ?? undefined, view: target === null ? undefined : 'target' })
            }
          />
          <SaveMenu version={version} profile={profile} target={search.target} />
        </div>
      </div>
      <ErrorNote error={error} />
      {job?.error ? <JobFailure error={job.error} /> : null}
      {isAtWork && job ? <AtWork analysis={analysis} /> : null}
      <div id={panelId} role="tabpanel" aria-label={view} className={classes.panel}>
        {view === 'columns' ? (
          <>
            <Findings profile={profile} analysis={analysis} onSearch={onSearch} />
            <ColumnsView
              profile={profile}
              column={search.column}
              onColumn={(column) => onSearch({ column })}
            />
          </>
        ) : null}
        {view === 'relations' && profile.details ? (
          <RelationsView details={profile.details} onPair={(x, y) => onSearch({ view: 'pairs', x, y })} />
        ) : null}
        {view === 'missing' && profile.details ? (
          <MissingView missing={profile.details.missing} rows={profile.rows} />
        ) : null}
        {view === 'pairs' ? (
          <InteractionView version={version} profile={profile} search={search} onSearch={onSearch} />
        ) : null}
        {view === 'target' && profile.target?.column === search.target && profile.target ? (
          <TargetView target={profile.target} onSearch={onSearch} />
        ) : null}
      </div>
    </>
  );
}

function AtWork({ analysis }: { analysis: Analysis }) {
  if (analysis.job === undefined) return null;
  return (
    <div className={classes.work}>
      <JobProgress job={analysis.job} />
      <Button size="compact-xs" variant="default" onClick={analysis.cancel}>
        Stop
      </Button>
    </div>
  );
}

type SaveProps = { version: DatasetVersion; profile: VersionProfile; target: string | undefined };

function SaveMenu({ version, profile, target }: SaveProps) {
  const name = `${version.dataset}-v${version.version}-profile`;
  const params = { versionId: version.id };
  const saveHtml = async () => {
    const query = target === undefined ? {} : { target };
    if (lacks(profile, target)) {
      const { id } = await client.datasetProfiles.compute({ params, body: query });
      await client.waitForJob(id);
    }
    const page = await client.datasetProfiles.html({ params, query });
    download(`${name}.html`, await page.blob());
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="xs" variant="default" leftSection={<IconDownload size={14} />}>
          Save
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => saveHtml().catch(toastFault)}>As an HTML page</Menu.Item>
        <Menu.Item
          onClick={() =>
            download(
              `${name}.json`,
              new Blob([JSON.stringify(profile, null, 2)], { type: 'application/json' }),
            )
          }
        >
          As JSON
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
