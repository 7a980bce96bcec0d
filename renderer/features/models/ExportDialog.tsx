import { Button, Checkbox, Group, Modal, SegmentedControl, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ExportResult, type ModelVersion } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatBytes } from '../../app/format.ts';
import { hasEnded } from '../../app/live-cache.ts';
import { keys } from '../../app/queries.ts';
import { CodeBlock } from '../../components/CodeBlock.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { FormDialog } from '../../components/FormDialog.tsx';
import { JobProgress } from '../../components/JobProgress.tsx';
import { PlainTable } from '../../components/PlainTable.tsx';

type Props = { version: ModelVersion; onClose: () => void };
type Format = 'folder' | 'zip' | 'bundle';

const formats: { value: Format; label: string; text: string }[] = [
  {
    value: 'folder',
    label: 'Folder',
    text: 'The folder holds the ONNX file, an MLmodel file, signature, card, an example request and notes on how to run it elsewhere.',
  },
  { value: 'zip', label: 'ZIP archive', text: 'The same files as the folder, as one file.' },
  {
    value: 'bundle',
    label: 'Signed bundle',
    text: 'One file with golden rows and their answers, a bill of materials, provenance and a signature. Others check it with “assay verify bundle” and import it with its lineage.',
  },
];

/** Writes a version as a folder or an archive that runs anywhere, and says what is in it. */
export function ExportDialog({ version, onClose }: Props) {
  const [format, setFormat] = useState<Format>('folder');
  const [path, setPath] = useState('');
  const [overwrite, setOverwrite] = useState(false);
  const [withServer, setWithServer] = useState(false);
  const [jobId, setJobId] = useState<string | null>(null);
  const isFolder = format === 'folder';
  const title = `Export ${version.model} ${version.version}`;
  const start = async () => {
    const job = await client.models.export({
      params: { model: version.model, version: version.version },
      body: {
        format,
        overwrite,
        withServer: withServer && isFolder,
        ...(path.trim() === '' ? {} : { path: path.trim() }),
      },
    });
    setJobId(job.id);
  };
  if (jobId !== null)
    return (
      <Modal opened onClose={onClose} title={title} size="lg">
        <Progress jobId={jobId} onClose={onClose} />
      </Modal>
    );
  return (
    <FormDialog title={title} submitLabel="Export" canSubmit onSubmit={start} onClose={onClose} size="lg">
      <SegmentedControl
        aria-label="Format"
        value={format}
        onChange={(value) => setFormat(formats.find((one) => one.value === value)?.value ?? 'folder')}
        data={formats.map(({ value, label }) => ({ value, label }))}
        mb="md"
      />
      <TextInput
        label={isFolder ? 'Folder' : 'File'}
        description="On the machine that runs the engine."
        placeholder={`exports/${version.model}-${version.version}${isFolder ? '' : '.zip'} in the workspace`}
        value={path}
        onChange={(event) => setPath(event.currentTarget.value)}
        data-autofocus
      />
      <Checkbox
        label="Replace what is there"
        checked={overwrite}
        onChange={(event) => setOverwrite(event.currentTarget.checked)}
        mt="md"
      />
      {isFolder ? (
        <Checkbox
          label="With a server"
          description="One file for Node that answers KServe v2, MLflow and Assay requests, and a Dockerfile."
          checked={withServer}
          onChange={(event) => setWithServer(event.currentTarget.checked)}
          my="md"
        />
      ) : null}
      <Text size="sm" c="dimmed" my="md">
        {formats.find(({ value }) => value === format)?.text}
      </Text>
    </FormDialog>
  );
}

function Progress({ jobId, onClose }: { jobId: string; onClose: () => void }) {
  const query = useQuery({
    queryKey: keys.item('jobs', jobId),
    queryFn: ({ signal }) => client.jobs.get({ params: { jobId }, signal }),
    // Events bring progress; this is for the case that the last one was missed.
    refetchInterval: ({ state: { data } }) =>
      data && hasEnded(data.state) && (data.state !== 'succeeded' || data.result !== null) ? false : 2000,
  });
  const result = ExportResult.safeParse(query.data?.result);
  if (!query.data) return <ErrorNote error={query.error} />;
  return (
    <>
      {result.success ? (
        <>
          <Text size="sm" mb="xs">
            Written to
          </Text>
          <CodeBlock code={result.data.path} label="Place of the export" />
          <PlainTable
            label="Files of the export"
            isInset
            rows={result.data.files}
            keyOf={({ path }) => path}
            columns={[
              { name: 'File', cell: ({ path }) => <span className="a-mono">{path}</span> },
              { name: 'Size', isNumber: true, cell: ({ sizeBytes }) => formatBytes(sizeBytes) },
            ]}
          />
        </>
      ) : (
        <JobProgress job={query.data} />
      )}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
      </Group>
    </>
  );
}
