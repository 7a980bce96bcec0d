import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { formatBytes } from '../../../app/format.ts';
import { JsonTree } from '../../../components/JsonTree.tsx';
import { Markdown } from '../../../components/Markdown.tsx';
import { QueryView } from '../../../components/QueryView.tsx';
import { Tabs } from '../../../components/Tabs.tsx';
import classes from './ArtifactsView.module.css';
import { CodePreview } from './CodePreview.tsx';
import { FigureView, isFigure } from './FigureView.tsx';
import { HtmlPreview } from './HtmlPreview.tsx';
import { NotebookPreview } from './NotebookPreview.tsx';
import { plotlyInHtml } from './plotly-figure.ts';
import { languageOf, type PreviewKind } from './preview-kinds.ts';
import { type RunFile, textOf, useBeginning } from './read-bytes.ts';

/** Of longer texts the beginning is shown; a browser that lays out megabytes of text stops answering. */
const STEP_BYTES = 256 * 1024;
/** What has to be read whole before it can be shown. */
const MAX_WHOLE_BYTES: Partial<Record<PreviewKind, number>> = {
  json: 16 * 1024 ** 2,
  figure: 16 * 1024 ** 2,
  notebook: 32 * 1024 ** 2,
  html: 16 * 1024 ** 2,
};

/** A file that is text: whole where its kind needs that and its size allows it, else from its beginning on. */
export function TextPreview({ file, kind }: { file: RunFile; kind: PreviewKind }) {
  const most = MAX_WHOLE_BYTES[kind];
  const isWhole = most !== undefined && file.sizeBytes <= most;
  const [shown, setShown] = useState(STEP_BYTES);
  const limit = isWhole ? file.sizeBytes : shown;
  const query = useBeginning(file, limit);
  const isCut = limit < file.sizeBytes;
  return (
    <QueryView query={query}>
      {(bytes) => (
        <>
          <Shown
            text={textOf(bytes, isCut)}
            kind={isCut && kind !== 'markdown' ? 'text' : kind}
            file={file}
          />
          {isCut ? (
            <p className={classes.note}>
              The first {formatBytes(limit)} of {formatBytes(file.sizeBytes)}.{' '}
              <Button onClick={() => setShown(shown + 4 * STEP_BYTES)}>Show more</Button>
            </p>
          ) : null}
        </>
      )}
    </QueryView>
  );
}

type ShownProps = { text: string; kind: PreviewKind; file: RunFile };

function Shown({ text, kind, file }: ShownProps) {
  switch (kind) {
    case 'markdown':
      return <Markdown text={text} />;
    case 'notebook':
      return <NotebookPreview text={text} />;
    case 'html':
      return <Html html={text} label={file.path} />;
    case 'json':
    case 'figure':
      return <Json text={text} label={file.path} />;
    default:
      return <CodePreview code={text} language={languageOf(file.path)} label={file.path} />;
  }
}

/** A page as it looks, as a figure where Plotly wrote it, and its source. */
export function Html({ html, label }: { html: string; label: string }) {
  const figure = useMemo(() => plotlyInHtml(html), [html]);
  const views = [
    ...(figure ? [{ id: 'figure', label: 'Figure' }] : []),
    { id: 'page', label: 'Page without scripts' },
    { id: 'source', label: 'Source' },
  ];
  const [view, setView] = useState(views[0]?.id ?? 'page');
  return (
    <>
      <Tabs label="How the page is shown" items={views} value={view} onChange={setView} />
      {view === 'figure' && figure ? (
        <FigureView figure={figure} label={label} />
      ) : view === 'source' ? (
        <CodePreview code={html} language="xml" label={`Source of ${label}`} />
      ) : (
        <HtmlPreview html={html} title={label} />
      )}
    </>
  );
}

function Json({ text, label }: { text: string; label: string }) {
  const value = useMemo(() => parsed(text), [text]);
  if (value === undefined) return <CodePreview code={text} language={null} label={label} />;
  if (isFigure(value)) return <FigureView figure={value} label={label} />;
  return <JsonTree value={value} label={label} maxHeight={620} />;
}

/** Undefined for what is no JSON, which can be shown as text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
