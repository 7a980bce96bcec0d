import { Modal, Select, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import {
  DatasetPushResult,
  type DatasetVersion,
  ImportResult,
  type PushTarget,
} from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatBytes, formatCount, formatPlural } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { ButtonLink } from '../../components/ButtonLink.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { JobDialog } from '../../components/JobDialog.tsx';
import { KeyValue } from '../../components/KeyValue.tsx';
import { QueryView } from '../../components/QueryView.tsx';

/** Kinds of targets that keep files. */
const keepers = new Set(['folder', 's3', 'azure', 'gcs']);

/** Targets that keep versions of data; says how to get one where there is none. */
function WithTargets({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  children: (targets: readonly PushTarget[]) => ReactNode;
}) {
  const query = useQuery({
    queryKey: ['targets', 'list'],
    queryFn: ({ signal }) => client.targets.list({ signal }),
  });
  const found = query.data?.items.filter(({ kind }) => keepers.has(kind)) ?? [];
  if (found.length > 0) return children(found);
  return (
    <Modal opened title={title} onClose={onClose} size="lg">
      <QueryView query={query}>
        {() => (
          <EmptyState
            title="No target keeps data yet"
            action={<ButtonLink href={paths.targets}>Set up a target</ButtonLink>}
          >
            A folder, S3, Azure or Google Cloud Storage keeps versions of data for others, or for later.
          </EmptyState>
        )}
      </QueryView>
    </Modal>
  );
}

type TargetFieldProps = { targets: readonly PushTarget[]; value: string; onChange: (name: string) => void };

function TargetField({ targets, value, onChange }: TargetFieldProps) {
  return (
    <Select
      label="Target"
      data={targets.map(({ name, address }) => ({ value: name, label: `${name} (${address})` }))}
      value={value}
      allowDeselect={false}
      onChange={(name) => onChange(name ?? value)}
      data-autofocus
    />
  );
}

/** Sends a version to a target: only the files that are not there yet. */
export function PushVersionDialog({ version, onClose }: { version: DatasetVersion; onClose: () => void }) {
  const title = `Push ${version.dataset} v${version.version}`;
  return (
    <WithTargets title={title} onClose={onClose}>
      {(targets) => <Push title={title} version={version} targets={targets} onClose={onClose} />}
    </WithTargets>
  );
}

type PushProps = {
  title: string;
  version: DatasetVersion;
  targets: readonly PushTarget[];
  onClose: () => void;
};

function Push({ title, version, targets, onClose }: PushProps) {
  const [target, setTarget] = useState(targets[0]?.name ?? '');
  return (
    <JobDialog
      title={title}
      submitLabel="Push"
      canSubmit={target !== ''}
      start={() => client.datasetRemotes.push({ params: { versionId: version.id }, body: { target } })}
      result={({ result }) => <Pushed result={DatasetPushResult.safeParse(result).data} />}
      onClose={onClose}
    >
      <TargetField targets={targets} value={target} onChange={setTarget} />
      <p className="a-dim">
        {formatPlural(version.files, 'file')}, {formatBytes(version.sizeBytes)} at most: files that are there
        already, also as part of other versions, do not travel.
      </p>
    </JobDialog>
  );
}

function Pushed({ result }: { result: DatasetPushResult | undefined }) {
  if (result === undefined) return null;
  const { dataset, version, where, files, sentFiles, sentBytes } = result;
  const there = files - sentFiles;
  return (
    <KeyValue
      facts={[
        { label: 'Version', value: `${dataset}@${version}` },
        { label: 'Sent', value: `${formatPlural(sentFiles, 'file')}, ${formatBytes(sentBytes)}` },
        { label: 'There already', value: formatPlural(there, 'file') },
        { label: 'Where', value: <code>{where}</code> },
      ]}
    />
  );
}

/** Fetches a version from a target: only the files that are not here yet. */
export function PullVersionDialog({ dataset, onClose }: { dataset?: string; onClose: () => void }) {
  const title = dataset === undefined ? 'Pull a dataset' : `Pull ${dataset}`;
  return (
    <WithTargets title={title} onClose={onClose}>
      {(targets) => <Pull title={title} dataset={dataset ?? ''} targets={targets} onClose={onClose} />}
    </WithTargets>
  );
}

type PullProps = { title: string; dataset: string; targets: readonly PushTarget[]; onClose: () => void };

function Pull({ title, dataset, targets, onClose }: PullProps) {
  const cache = useQueryClient();
  const [target, setTarget] = useState(targets[0]?.name ?? '');
  const [ref, setRef] = useState(dataset);
  const [as, setAs] = useState('');
  const known = useQuery({
    queryKey: ['targets', 'datasets', target],
    queryFn: ({ signal }) => client.datasetRemotes.list({ params: { target }, signal }),
    enabled: target !== '',
    retry: false,
  });
  const offered = known.data?.items ?? [];
  return (
    <JobDialog
      title={title}
      submitLabel="Pull"
      canSubmit={target !== '' && ref.trim() !== ''}
      start={() =>
        client.datasetRemotes.pull({
          params: { target },
          body: { ref: ref.trim(), ...(as.trim() === '' ? {} : { as: as.trim() }) },
        })
      }
      onDone={() => void cache.invalidateQueries({ queryKey: ['datasets'] })}
      result={({ result }) => <Pulled result={ImportResult.safeParse(result).data} />}
      onClose={onClose}
    >
      <TargetField targets={targets} value={target} onChange={setTarget} />
      <TextInput
        label="Version"
        description="A name for the newest; or flights@3, flights@production, as it was pushed."
        placeholder="flights"
        value={ref}
        onChange={(event) => setRef(event.currentTarget.value)}
        list="datasets-at-target"
        spellCheck={false}
        mt="sm"
        error={known.error ? 'What is there could not be listed' : null}
      />
      <datalist id="datasets-at-target">
        {offered.flatMap(({ dataset: name, versions }) => [
          <option key={name} value={name} />,
          ...versions.map((version) => <option key={`${name}@${version}`} value={`${name}@${version}`} />),
        ])}
      </datalist>
      {known.data === undefined ? null : (
        <p className="a-dim">
          {offered.length === 0
            ? 'Nothing was pushed there yet.'
            : `There: ${offered
                .slice(0, 8)
                .map(({ dataset: name, versions }) => `${name} (${formatPlural(versions.length, 'version')})`)
                .join(', ')}${offered.length > 8 ? ` and ${formatCount(offered.length - 8)} more` : ''}.`}
        </p>
      )}
      <TextInput
        label="Name here"
        description="Empty: the name that it has there."
        value={as}
        onChange={(event) => setAs(event.currentTarget.value)}
        spellCheck={false}
        mt="sm"
      />
    </JobDialog>
  );
}

function Pulled({ result }: { result: ImportResult | undefined }) {
  if (result === undefined) return null;
  const { dataset, version, rows, created } = result;
  return (
    <p>
      <AppLink href={paths.dataset(dataset, { version })}>{`${dataset} v${version}`}</AppLink>
      {`, ${formatPlural(rows, 'row')}${created ? '.' : ': it was here already, nothing new was made.'}`}
    </p>
  );
}
