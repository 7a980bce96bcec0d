import { Button, SegmentedControl } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { formatBytes } from '../../../app/format.ts';
import { Digest } from '../../../components/Digest.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { LoadingState } from '../../../components/LoadingState.tsx';
import { Panel } from '../../../components/Panel.tsx';
import classes from './ArtifactsView.module.css';
import type { ArtifactNode } from './artifact-tree.ts';
import { FilesOfZip } from './FilesOfZip.tsx';
import { HexPreview } from './HexPreview.tsx';
import { AudioPreview, VideoPreview } from './MediaPreview.tsx';
import { previewKind } from './preview-kinds.ts';
import type { RunFile } from './read-bytes.ts';
import { artifactUrl } from './run-files.ts';
import { TablePreview } from './TablePreview.tsx';
import { TextPreview } from './TextPreview.tsx';

const OnnxPreview = lazy(async () => ({ default: (await import('./OnnxPreview.tsx')).OnnxPreview }));

/** A look inside one file, as far as its kind allows, and a way to take it along. */
export function ArtifactPreview({ runId, file }: { runId: string; file: ArtifactNode }) {
  const known: RunFile = {
    runId,
    path: file.path,
    sizeBytes: file.sizeBytes ?? 0,
    digest: file.digest ?? '',
  };
  const kind = previewKind(file.path);
  // A list of objects is a table as well as a tree.
  const [asTable, setAsTable] = useState(false);
  return (
    <Panel
      title={<span className="a-mono">{file.path}</span>}
      aside={
        <>
          {kind === 'json' ? (
            <SegmentedControl
              aria-label="How the file is shown"
              size="xs"
              data={[
                { value: 'tree', label: 'Tree' },
                { value: 'table', label: 'Table' },
              ]}
              value={asTable ? 'table' : 'tree'}
              onChange={(value) => setAsTable(value === 'table')}
            />
          ) : null}
          <span>{formatBytes(file.sizeBytes)}</span>
          {file.digest ? <Digest value={file.digest} /> : null}
          <Button
            component="a"
            href={artifactUrl(runId, file.path)}
            download={file.name}
            variant="default"
            leftSection={<IconDownload size={15} />}
          >
            Download
          </Button>
        </>
      }
    >
      {known.sizeBytes === 0 ? (
        <EmptyState title="The file is empty" />
      ) : asTable ? (
        <TablePreview file={known} />
      ) : (
        <Preview file={known} />
      )}
    </Panel>
  );
}

function Preview({ file }: { file: RunFile }) {
  const kind = previewKind(file.path);
  switch (kind) {
    case 'image':
      return <img className={classes.image} src={artifactUrl(file.runId, file.path)} alt={file.path} />;
    case 'audio':
      return <AudioPreview file={file} />;
    case 'video':
      return <VideoPreview file={file} />;
    case 'table':
      return <TablePreview file={file} />;
    case 'zip':
      return <FilesOfZip file={file} />;
    case 'onnx':
      return (
        <Suspense fallback={<LoadingState />}>
          <OnnxPreview file={file} />
        </Suspense>
      );
    case 'pdf':
      return (
        <EmptyState title="A PDF is read in a program of its own">
          The workbench runs nothing that a run logged, and a PDF may hold scripts. Download it to open it.
        </EmptyState>
      );
    case 'bytes':
      return <HexPreview file={file} />;
    default:
      return <TextPreview file={file} kind={kind} />;
  }
}
