import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { client } from '../../../app/api.ts';
import { formatBytes } from '../../../app/format.ts';
import { keys } from '../../../app/queries.ts';
import { CodeBlock } from '../../../components/CodeBlock.tsx';
import { Digest } from '../../../components/Digest.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { Markdown } from '../../../components/Markdown.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { QueryView } from '../../../components/QueryView.tsx';
import { ScrollRegion } from '../../../components/ScrollRegion.tsx';
import classes from './ArtifactsView.module.css';
import { type ArtifactNode, type PreviewKind, previewKind, readTable } from './artifact-tree.ts';
import { OnnxPreview } from './OnnxPreview.tsx';
import { artifactUrl } from './run-files.ts';

/** Of longer texts the beginning is shown; a browser that lays out megabytes of text stops answering. */
const MAX_TEXT_BYTES = 256 * 1024;
const MAX_TABLE_ROWS = 100;

type Props = { runId: string; file: ArtifactNode };

/** A look inside one file, as far as its kind allows, and a way to take it along. */
export function ArtifactPreview({ runId, file }: Props) {
  const kind = previewKind(file.path);
  return (
    <Panel
      title={<span className="a-mono">{file.path}</span>}
      aside={
        <>
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
      {kind === 'none' ? (
        <EmptyState title="No preview for this kind of file">Download it to look inside.</EmptyState>
      ) : kind === 'image' ? (
        <img className={classes.image} src={artifactUrl(runId, file.path)} alt={file.name} />
      ) : kind === 'onnx' ? (
        <OnnxPreview runId={runId} file={file} />
      ) : (
        <TextPreview runId={runId} file={file} kind={kind} />
      )}
    </Panel>
  );
}

function TextPreview({ runId, file, kind }: Props & { kind: PreviewKind }) {
  const query = useQuery({
    queryKey: keys.part('runs', runId, 'beginning', file.path, file.digest),
    queryFn: async ({ signal }) => {
      const response = await client.runs.getArtifact({ params: { runId, path: file.path }, signal });
      return readBeginning(response, MAX_TEXT_BYTES);
    },
  });
  return (
    <QueryView query={query}>
      {({ text, isCut }) => (
        <>
          <Text text={text} isCut={isCut} kind={kind} file={file} />
          {isCut ? (
            <p className={classes.note}>
              The first {formatBytes(MAX_TEXT_BYTES)} of {formatBytes(file.sizeBytes)}. Download the file for
              all of it.
            </p>
          ) : null}
        </>
      )}
    </QueryView>
  );
}

type TextProps = { text: string; isCut: boolean; kind: PreviewKind; file: ArtifactNode };

function Text({ text, isCut, kind, file }: TextProps) {
  if (kind === 'markdown') return <Markdown text={text} />;
  if (kind === 'table') {
    return (
      <Table rows={readTable(text, file.path.endsWith('.tsv') ? '\t' : ',', MAX_TABLE_ROWS + 1, isCut)} />
    );
  }
  return (
    <CodeBlock label={file.path} maxHeight={560} code={kind === 'json' && !isCut ? prettyJson(text) : text} />
  );
}

function Table({ rows }: { rows: readonly (readonly string[])[] }) {
  const [head = [], ...body] = rows;
  return (
    <ScrollRegion label="First rows" className={classes.tableScroll}>
      <table className={classes.table}>
        <thead>
          <tr>
            {head.map((name, column) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns of a file may share a name.
              <th key={column} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity of their own.
            <tr key={index}>
              {row.map((value, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: see above.
                <td key={column}>{value}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** The first bytes of an answer as text; the rest is not transferred. A character cut in two is left out. */
async function readBeginning(response: Response, limit: number): Promise<{ text: string; isCut: boolean }> {
  const reader = response.body?.getReader();
  if (!reader) return { text: await response.text(), isCut: false };
  const decoder = new TextDecoder();
  let text = '';
  let read = 0;
  while (read < limit) {
    const { done, value } = await reader.read();
    if (done) return { text: text + decoder.decode(), isCut: false };
    const part = value.subarray(0, limit - read);
    read += value.length;
    text += decoder.decode(part, { stream: true });
  }
  const { done } = read > limit ? { done: false } : await reader.read();
  void reader.cancel();
  return { text, isCut: !done };
}
