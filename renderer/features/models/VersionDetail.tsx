import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { Model, ModelVersion } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatBytes, formatMetric, NO_VALUE } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { keys } from '../../app/queries.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { Digest } from '../../components/Digest.tsx';
import { EditableMarkdown } from '../../components/EditableMarkdown.tsx';
import { KeyValue } from '../../components/KeyValue.tsx';
import { Panel } from '../../components/Panel.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { type TabItem, Tabs } from '../../components/Tabs.tsx';
import { ToneBadge } from '../../components/ToneBadge.tsx';
import { ModelExplanation } from '../explanations/index.ts';
import { AliasBadges } from './AliasBadges.tsx';
import { CardFields } from './CardFields.tsx';
import classes from './models.module.css';
import { SignatureTable } from './SignatureTable.tsx';
import { TagsDialog } from './TagsDialog.tsx';
import { TryIt } from './TryIt.tsx';
import { VersionActions } from './VersionActions.tsx';

type Props = {
  model: Model;
  version: ModelVersion;
  tab: string;
  onTab: (tab: string) => void;
  onDeleted: () => void;
};

const tabs: readonly TabItem[] = [
  { id: 'try', label: 'Try it' },
  { id: 'explanation', label: 'Explanation' },
  { id: 'card', label: 'Model card' },
  { id: 'signature', label: 'Signature' },
  { id: 'details', label: 'Details and lineage' },
];

const needSignature: ReadonlySet<string> = new Set(['try', 'explanation', 'signature']);

/** One version: try it, read its card, see what goes in and where it comes from. */
export function VersionDetail({ model, version, tab, onTab, onDeleted }: Props) {
  const cache = useQueryClient();
  const panelId = useId();
  const { signature } = version;
  const views = signature === null ? tabs.filter(({ id }) => !needSignature.has(id)) : tabs;
  const shown = views.find((item) => item.id === tab)?.id ?? views[0]?.id;
  const saveCard = async (card: string) => {
    await client.models.updateVersion({
      params: { model: version.model, version: version.version },
      body: { card },
    });
    await cache.invalidateQueries({ queryKey: ['models'] });
  };
  return (
    <Panel
      title={
        <span className={classes.versionHead}>
          Version {version.version} <AliasBadges aliases={version.aliases} />
          {version.stage === 'none' ? null : <ToneBadge>{version.stage}</ToneBadge>}
          {version.deprecation === null ? null : (
            <ToneBadge tone="warn" title={version.deprecation.reason}>
              deprecated
            </ToneBadge>
          )}
          {version.signature === null ? <ToneBadge>logged by an MLflow client</ToneBadge> : null}
        </span>
      }
      aside={<VersionActions model={model} version={version} onDeleted={onDeleted} />}
    >
      <Tabs
        label="Views of the version"
        items={views}
        value={shown ?? ''}
        onChange={onTab}
        panelId={panelId}
      />
      <div
        id={panelId}
        role="tabpanel"
        aria-label={views.find((item) => item.id === shown)?.label}
        className={classes.view}
      >
        {shown === 'try' && signature ? (
          <TryIt key={`${version.version} ${version.digest}`} version={version} signature={signature} />
        ) : null}
        {shown === 'explanation' && version.digest !== null ? (
          <ModelExplanation
            key={version.digest}
            subject={{ model: `${version.model}/${version.version}` }}
            digest={version.digest}
          />
        ) : null}
        {shown === 'card' ? (
          <>
            <EditableMarkdown
              key={version.version}
              label="Model card"
              text={version.card}
              onSave={saveCard}
              empty="This version has no card yet. Say what it is for, what it was trained on, and where it fails."
            />
            <h3>Fields of the card</h3>
            <CardFields version={version} />
          </>
        ) : null}
        {shown === 'signature' && signature ? <SignatureTable signature={signature} /> : null}
        {shown === 'details' ? <Details version={version} /> : null}
      </div>
    </Panel>
  );
}

function Details({ version }: { version: ModelVersion }) {
  const cache = useQueryClient();
  const [isTagging, setTagging] = useState(false);
  const datasetVersionId = version.datasetVersionId;
  const data = useQuery({
    queryKey: keys.item('dataset-versions', datasetVersionId ?? ''),
    queryFn: ({ signal }) =>
      client.datasets.version({ params: { versionId: datasetVersionId ?? '' }, signal }),
    enabled: datasetVersionId !== null,
  });
  const metrics = Object.entries(version.metrics).sort(([a], [b]) => a.localeCompare(b));
  return (
    <>
      <KeyValue
        columns={2}
        facts={[
          {
            label: 'Lineage',
            value: (
              <AppLink href={paths.lineage({ node: `model:${version.model}@${version.version}` })}>
                as a graph
              </AppLink>
            ),
          },
          {
            label: 'Run',
            value: version.runId ? (
              <AppLink href={paths.run(version.runId)}>{version.runId}</AppLink>
            ) : (
              NO_VALUE
            ),
          },
          {
            label: 'Trained on',
            value: data.data ? (
              <AppLink href={paths.dataset(data.data.dataset, { version: data.data.version })}>
                {data.data.dataset} version {data.data.version}
              </AppLink>
            ) : (
              (datasetVersionId ?? (version.trainer === 'imported' ? 'not known: imported' : NO_VALUE))
            ),
          },
          { label: 'Trainer', value: version.trainer || NO_VALUE },
          ...(version.digest === null
            ? [{ label: 'Files', value: version.source }]
            : [
                {
                  label: 'Digest of the ONNX file',
                  value: <Digest value={version.digest} length={20} />,
                },
                { label: 'Size', value: formatBytes(version.sizeBytes) },
              ]),
          { label: 'Number in MLflow', value: version.number },
          { label: 'Registered', value: <RelativeTime timeMs={version.createdAtMs} /> },
          { label: 'Description', value: version.description || NO_VALUE },
          ...Object.entries(version.tags).map(([key, value]) => ({ label: `Tag ${key}`, value })),
        ]}
      />
      <Button variant="default" mt="sm" onClick={() => setTagging(true)}>
        Edit tags …
      </Button>
      {isTagging ? (
        <TagsDialog
          of={`${version.model} ${version.version}`}
          tags={version.tags}
          onSave={async (tags) => {
            const params = { model: version.model, version: version.version };
            await client.models.updateVersion({ params, body: { tags } });
            await cache.invalidateQueries({ queryKey: ['models'] });
          }}
          onClose={() => setTagging(false)}
        />
      ) : null}
      <h3>Metrics on the test part</h3>
      <KeyValue
        columns={3}
        facts={metrics.map(([key, value]) => ({ label: key, value: formatMetric(value) }))}
      />
    </>
  );
}
