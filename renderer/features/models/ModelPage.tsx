import { ActionIcon, Menu } from '@mantine/core';
import { IconDotsVertical, IconTag, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useRouter, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { Model, ModelVersion } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatPlural } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { EditableMarkdown } from '../../components/EditableMarkdown.tsx';
import { Page, PageHeader } from '../../components/Page.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { type TabItem, Tabs } from '../../components/Tabs.tsx';
import { ToneBadge } from '../../components/ToneBadge.tsx';
import { CompareTab } from './comparison/CompareTab.tsx';
import { DeleteModelDialog } from './DeleteModelDialog.tsx';
import { useModel, useModelVersions } from './models-queries.ts';
import { HistoryTab } from './releases/HistoryTab.tsx';
import { ReleasesTab } from './releases/ReleasesTab.tsx';
import { TagsDialog } from './TagsDialog.tsx';
import { VersionDetail } from './VersionDetail.tsx';
import { VersionsPanel } from './VersionsPanel.tsx';

const pageTabs: readonly TabItem[] = [
  { id: 'versions', label: 'Versions' },
  { id: 'compare', label: 'Compare' },
  { id: 'releases', label: 'Releases' },
  { id: 'history', label: 'History' },
];

type Search = Partial<Record<'version' | 'tab' | 'versions' | 'job', string | undefined>>;

/** A registered model: its versions side by side, and one of them in detail. */
export function ModelPage() {
  const { model: name } = useParams({ from: '/models/$model' });
  const search = useSearch({ from: '/models/$model' });
  const navigate = useNavigate();
  const model = useModel(name);
  const versions = useModelVersions(name);
  const setSearch = (change: Search) =>
    void navigate({
      to: '/models/$model',
      params: { model: name },
      search: { ...search, ...change },
      replace: true,
    });
  return (
    <Page>
      <QueryView query={model}>
        {(data) => (
          <>
            <Head model={data} />
            <QueryView query={versions}>
              {({ items }) => (
                <>
                  <Tabs
                    label="Views of the model"
                    items={pageTabs}
                    value={viewOf(search)}
                    onChange={(tab) => setSearch({ tab: tab === 'versions' ? undefined : tab })}
                  />
                  <View model={data} versions={items} search={search} setSearch={setSearch} />
                </>
              )}
            </QueryView>
          </>
        )}
      </QueryView>
    </Page>
  );
}

function viewOf({ tab }: Search): string {
  return pageTabs.find(({ id }) => id === tab)?.id ?? 'versions';
}

type ViewProps = {
  model: Model;
  versions: readonly ModelVersion[];
  search: Search;
  setSearch: (change: Search) => void;
};

function View({ model, versions, search, setSearch }: ViewProps) {
  switch (viewOf(search)) {
    case 'compare':
      return (
        <CompareTab
          model={model.name}
          versions={versions}
          compared={{ versions: search.versions?.split(',') ?? [], jobId: search.job ?? null }}
          onChange={({ versions: chosen, jobId }) =>
            setSearch({ versions: chosen.join(',') || undefined, job: jobId ?? undefined })
          }
        />
      );
    case 'releases':
      return <ReleasesTab model={model.name} versions={versions} />;
    case 'history':
      return <HistoryTab model={model.name} />;
    default:
      return <Versions model={model} versions={versions} search={search} setSearch={setSearch} />;
  }
}

function Versions({ model, versions, search, setSearch }: ViewProps) {
  const shown = chosenVersion(versions, search.version);
  return (
    <>
      <VersionsPanel
        versions={versions}
        current={shown?.version}
        onChoose={(version) => setSearch({ version })}
        onCompare={(chosen, job) => setSearch({ tab: 'compare', versions: chosen.join(','), job })}
      />
      {shown ? (
        <VersionDetail
          model={model}
          version={shown}
          tab={search.tab ?? 'try'}
          onTab={(tab) => setSearch({ tab: tab === 'try' ? undefined : tab })}
          onDeleted={() => setSearch({ version: undefined })}
        />
      ) : null}
    </>
  );
}

/** The version that the address names, by number or alias; else the champion; else the newest. */
function chosenVersion(
  versions: readonly ModelVersion[],
  asked: string | undefined,
): ModelVersion | undefined {
  const named = (text: string) =>
    versions.find((version) => version.version === text || version.aliases.includes(text.replace(/^@/, '')));
  return (asked === undefined ? undefined : named(asked)) ?? named('@champion') ?? versions[0];
}

function Head({ model }: { model: Model }) {
  const router = useRouter();
  const cache = useQueryClient();
  const [dialog, setDialog] = useState<'delete' | 'tags' | null>(null);
  const save = async (body: { description: string } | { tags: Record<string, string> }) => {
    await client.models.update({ params: { model: model.name }, body });
    await cache.invalidateQueries({ queryKey: ['models'] });
  };
  return (
    <>
      <PageHeader
        title={model.name}
        crumbs={[{ label: 'Models', href: paths.models }]}
        description={
          <>
            <span>{formatPlural(model.versions, 'version')}</span>
            <span>
              changed <RelativeTime timeMs={model.updatedAtMs} />
            </span>
            {Object.entries(model.tags)
              .filter(([key]) => !key.startsWith('mlflow.'))
              .map(([key, value]) => (
                <ToneBadge key={key}>{`${key} = ${value}`}</ToneBadge>
              ))}
          </>
        }
        actions={
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon aria-label={`Actions for the model ${model.name}`}>
                <IconDotsVertical size={16} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconTag size={15} />} onClick={() => setDialog('tags')}>
                Tags …
              </Menu.Item>
              <Menu.Item leftSection={<IconTrash size={15} />} onClick={() => setDialog('delete')}>
                Delete the model …
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        }
      />
      <h2 className="a-hidden">About</h2>
      <EditableMarkdown
        label="Description of the model"
        text={model.description}
        onSave={(description) => save({ description })}
        empty="No description yet."
        isCompact
      />
      {dialog === 'tags' ? (
        <TagsDialog
          of={model.name}
          tags={model.tags}
          onSave={(tags) => save({ tags })}
          onClose={() => setDialog(null)}
        />
      ) : null}
      {dialog === 'delete' ? (
        <DeleteModelDialog
          model={model}
          onClose={() => setDialog(null)}
          onDeleted={() => router.history.push(paths.models)}
        />
      ) : null}
    </>
  );
}
