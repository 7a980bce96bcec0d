import { useMemo } from 'react';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { Markdown } from '../../../components/Markdown.tsx';
import classes from './ArtifactsView.module.css';
import { CodePreview } from './CodePreview.tsx';
import { FigureView } from './FigureView.tsx';
import { HtmlPreview } from './HtmlPreview.tsx';
import { type NotebookOutput, readNotebook } from './notebook.ts';

/** A notebook as it was saved: text, code and outputs. Nothing in it is run. */
export function NotebookPreview({ text }: { text: string }) {
  const notebook = useMemo(() => {
    try {
      return readNotebook(text);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }, [text]);
  if (notebook instanceof Error) {
    return <EmptyState title="The notebook cannot be shown">{notebook.message}</EmptyState>;
  }
  return (
    <div className={classes.notebook}>
      {notebook.cells.map((cell, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: cells never move.
        <section key={index} className={classes.cell} aria-label={`Cell ${index + 1}`}>
          <span className={classes.cellCount}>{cell.count === null ? '' : `[${cell.count}]`}</span>
          <div className={classes.cellBody}>
            {cell.kind === 'markdown' ? (
              <Markdown text={cell.source} />
            ) : (
              <CodePreview
                code={cell.source}
                language={cell.kind === 'code' ? coloured(notebook.language) : null}
                label={`Source of cell ${index + 1}`}
              />
            )}
            {cell.outputs.map((output, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: outputs never move.
              <Output key={at} output={output} label={`Output ${at + 1} of cell ${index + 1}`} />
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}

function Output({ output, label }: { output: NotebookOutput; label: string }) {
  switch (output.kind) {
    case 'image':
      return <img className={classes.image} src={output.text} alt={label} />;
    case 'html':
      return <HtmlPreview html={output.text} title={label} height={output.text.length > 4000 ? 420 : 180} />;
    case 'markdown':
      return <Markdown text={output.text} />;
    case 'figure':
      return <FigureView figure={JSON.parse(output.text)} label={label} />;
    default:
      return (
        <pre className={classes.output} data-kind={output.kind}>
          {output.text}
        </pre>
      );
  }
}

function coloured(language: string): string | null {
  const known: Record<string, string> = {
    python: 'python',
    r: 'r',
    javascript: 'javascript',
    typescript: 'typescript',
  };
  return known[language.toLowerCase()] ?? null;
}
