import { Button, Checkbox, Group, Modal, SegmentedControl, Textarea, TextInput } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import {
  type DeploymentDocument,
  DeploymentFormat,
  ExportResult,
  type ModelVersion,
} from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatPlural } from '../../app/format.ts';
import { useJob } from '../../app/use-job.ts';
import { CodeBlock } from '../../components/CodeBlock.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { JobProgress } from '../../components/JobProgress.tsx';
import { LoadingState } from '../../components/LoadingState.tsx';
import { DocumentForm } from './DocumentForm.tsx';
import classes from './deploy-files.module.css';
import { parseDocument } from './document.ts';
import { FilesPreview } from './FilesPreview.tsx';

type Version = Pick<ModelVersion, 'model' | 'version'>;

const formatNames: Record<DeploymentFormat, string> = {
  k8s: 'Kubernetes',
  kustomize: 'Kustomize',
  helm: 'Helm',
  docker: 'Docker',
  compose: 'Compose',
};

/** Shows the files that run a version on a cluster or a machine while they are chosen, and writes them into a folder. */
export function DeployFilesDialog({ version, onClose }: { version: Version; onClose: () => void }) {
  const [jobId, setJobId] = useState<string | null>(null);
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Files to deploy ${version.model} ${version.version}`}
      size="80rem"
    >
      {jobId === null ? (
        <Choice version={version} onStarted={setJobId} onClose={onClose} />
      ) : (
        <Written jobId={jobId} onClose={onClose} />
      )}
    </Modal>
  );
}

function Choice({
  version,
  onStarted,
  onClose,
}: {
  version: Version;
  onStarted: (jobId: string) => void;
  onClose: () => void;
}) {
  const params = { model: version.model, version: version.version };
  const [format, setFormat] = useState<DeploymentFormat>('k8s');
  const [document, setDocument] = useState<DeploymentDocument>({});
  const [environment, setEnvironment] = useState<string | null>(null);
  const [path, setPath] = useState('');
  const [overwrite, setOverwrite] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const body = { format, document, environment: format === 'k8s' ? environment : null };
  const wanted = useDeferredValue(JSON.stringify(body));
  const preview = useQuery({
    queryKey: ['deployment-files', params, wanted],
    queryFn: ({ signal }) => client.deployments.preview({ params, body: JSON.parse(wanted), signal }),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const write = () =>
    client.deployments
      .export({ params, body: { ...body, overwrite, ...(path.trim() === '' ? {} : { path: path.trim() }) } })
      .then(({ id }) => onStarted(id), setError);
  return (
    <>
      <SegmentedControl
        aria-label="Format"
        value={format}
        onChange={(value) => setFormat(DeploymentFormat.options.find((one) => one === value) ?? 'k8s')}
        data={DeploymentFormat.options.map((value) => ({ value, label: formatNames[value] }))}
        mb="md"
      />
      <div className={classes.columns}>
        <div>
          <DocumentForm
            format={format}
            document={document}
            onDocument={setDocument}
            environment={environment}
            onEnvironment={setEnvironment}
            imageHint={`model-${version.model.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`}
          />
          <DocumentText document={document} onDocument={setDocument} />
        </div>
        <div className={classes.right}>
          <ErrorNote error={preview.error} />
          {preview.data ? <FilesPreview shown={preview.data} /> : null}
          {preview.isPending ? <LoadingState /> : null}
        </div>
      </div>
      <Group align="flex-end" mt="md" gap="md">
        <TextInput
          label="Folder"
          description="On the machine that runs the engine."
          placeholder={`exports/${version.model}-${version.version}-${format} in the workspace`}
          value={path}
          onChange={({ currentTarget }) => setPath(currentTarget.value)}
          className={classes.folder}
        />
        <Checkbox
          label="Replace what is there"
          checked={overwrite}
          onChange={({ currentTarget }) => setOverwrite(currentTarget.checked)}
          pb={8}
        />
      </Group>
      <ErrorNote error={error} />
      <Group justify="flex-end" mt="md" gap="xs">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button disabled={preview.isError} onClick={() => void write()}>
          Write the files
        </Button>
      </Group>
    </>
  );
}

/** The whole document as it is kept in a file. What is written takes hold as soon as it is JSON. */
function DocumentText({
  document,
  onDocument,
}: {
  document: DeploymentDocument;
  onDocument: (document: DeploymentDocument) => void;
}) {
  const [draft, setDraft] = useState<string | null>(null);
  const isBroken = draft !== null && parseDocument(draft) === null;
  return (
    <Textarea
      label="The document"
      description="All fields, and “environments” with what differs in each. JSON."
      autosize
      minRows={4}
      maxRows={12}
      mt="sm"
      spellCheck={false}
      classNames={{ input: 'a-mono' }}
      value={draft ?? JSON.stringify(document, null, 2)}
      error={isBroken ? 'This is no JSON object yet.' : null}
      onChange={({ currentTarget }) => {
        setDraft(currentTarget.value);
        const read = parseDocument(currentTarget.value);
        if (read !== null) onDocument(read);
      }}
      onBlur={() => (isBroken ? undefined : setDraft(null))}
    />
  );
}

function Written({ jobId, onClose }: { jobId: string; onClose: () => void }) {
  const { data: job, error } = useJob(jobId);
  const result = ExportResult.safeParse(job?.result);
  return (
    <>
      <ErrorNote error={error} />
      {result.success ? (
        <>
          <p className={classes.written}>{formatPlural(result.data.files.length, 'file')} written to</p>
          <CodeBlock code={result.data.path} label="Place of the files" />
        </>
      ) : job ? (
        <JobProgress job={job} />
      ) : null}
      <Group justify="flex-end" mt="md">
        <Button onClick={onClose}>Close</Button>
      </Group>
    </>
  );
}
