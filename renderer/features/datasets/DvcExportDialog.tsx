import { Checkbox, TextInput } from '@mantine/core';
import { useState } from 'react';
import {
  type DatasetVersion,
  DvcExportResult,
  exportEndings,
  exportFormatOf,
} from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatBytes, formatPlural } from '../../app/format.ts';
import { Digest } from '../../components/Digest.tsx';
import { JobDialog } from '../../components/JobDialog.tsx';
import { KeyValue } from '../../components/KeyValue.tsx';

/** Writes a version as a file that DVC keeps, where the engine runs. */
export function DvcExportDialog({ version, onClose }: { version: DatasetVersion; onClose: () => void }) {
  const before = version.source.kind === 'dvc' ? version.source.found : undefined;
  const [repository, setRepository] = useState(before?.root ?? '');
  const [out, setOut] = useState(`data/${version.dataset.replace(/[^\p{L}\p{N}._-]+/gu, '-')}.parquet`);
  const [isPushed, setPushed] = useState(false);
  const [remote, setRemote] = useState('');
  const [force, setForce] = useState(false);
  const isNamed = out.trim() === '' || exportFormatOf(out.trim()) !== null;
  const start = () =>
    client.dvc.export({
      params: { versionId: version.id },
      body: {
        repository: repository.trim(),
        out: out.trim(),
        force,
        ...(isPushed ? { push: remote.trim() } : {}),
      },
    });
  return (
    <JobDialog
      title={`Write ${version.dataset} v${version.version} for DVC`}
      submitLabel="Write"
      canSubmit={repository.trim() !== '' && out.trim() !== '' && isNamed}
      start={start}
      result={({ result }) => <Written result={DvcExportResult.safeParse(result).data} />}
      onClose={onClose}
    >
      <TextInput
        label="Repository"
        description="Its folder, where the engine runs."
        placeholder="/projects/flights"
        value={repository}
        onChange={(event) => setRepository(event.currentTarget.value)}
        spellCheck={false}
        data-autofocus
      />
      <TextInput
        label="File"
        description="From that folder; its ending tells the format."
        placeholder="data/flights.parquet"
        value={out}
        onChange={(event) => setOut(event.currentTarget.value)}
        error={isNamed ? null : `End it with ${exportEndings.map((ending) => `.${ending}`).join(', ')}`}
        spellCheck={false}
        mt="sm"
      />
      <Checkbox
        label="Send it to a remote, too"
        checked={isPushed}
        onChange={(event) => setPushed(event.currentTarget.checked)}
        mt="sm"
      />
      {isPushed ? (
        <TextInput
          label="Remote"
          placeholder="The default one"
          value={remote}
          onChange={(event) => setRemote(event.currentTarget.value)}
          spellCheck={false}
          mt="xs"
        />
      ) : null}
      <Checkbox
        label="Replace a file that DVC does not keep, or that has changed since DVC took it"
        checked={force}
        onChange={(event) => setForce(event.currentTarget.checked)}
        mt="sm"
      />
    </JobDialog>
  );
}

function Written({ result }: { result: DvcExportResult | undefined }) {
  if (result === undefined) return null;
  const { path, rows, sizeBytes, md5, created, dvcFile, ignoredIn, pushed } = result;
  return (
    <KeyValue
      facts={[
        { label: 'File', value: <code>{path}</code> },
        {
          label: 'Content',
          value: `${formatPlural(rows, 'row')}, ${formatBytes(sizeBytes)}${created ? '' : '; it was there already'}`,
        },
        { label: 'MD5', value: <Digest value={md5} length={32} /> },
        ...(pushed === null
          ? []
          : [{ label: pushed.sent ? 'Sent to' : 'Remote has it', value: <code>{pushed.where}</code> }]),
        ...(created
          ? [
              {
                label: 'To commit',
                value: [dvcFile, ignoredIn].map((file) =>
                  file === null ? null : (
                    <div key={file}>
                      <code>{file}</code>
                    </div>
                  ),
                ),
              },
            ]
          : []),
      ]}
    />
  );
}
