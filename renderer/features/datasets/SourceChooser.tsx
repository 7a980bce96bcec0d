import { Button, TextInput } from '@mantine/core';
import { IconFileUpload, IconTable } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { desktop } from '../../app/desktop.ts';
import { formatBytes, formatPercent } from '../../app/format.ts';
import { uploadFile } from '../../app/upload.ts';
import { DropZone } from '../../components/DropZone.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { Panel } from '../../components/Panel.tsx';
import { toastFault } from '../../components/toasts.tsx';
import classes from './import.module.css';
import type { ChosenSource } from './import-draft.ts';

const samples = [
  {
    name: 'flights',
    title: 'Flights 2001',
    text: '3 million US flights: date, delay, distance, origin, destination. Good for a whole round.',
  },
  {
    name: 'penguins',
    title: 'Penguins',
    text: '344 penguins of three species, with missing values. Good for a quick look.',
  },
] as const;

type Sending = { file: File; fraction: number; stop: () => void };

/** Where the data comes from: a file of this computer, a path on the engine's machine, or a sample. */
export function SourceChooser({ onChoose }: { onChoose: (chosen: ChosenSource) => void }) {
  const [sending, setSending] = useState<Sending | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [path, setPath] = useState('');
  const send = async (file: File) => {
    const control = new AbortController();
    const show = (fraction: number) => setSending({ file, fraction, stop: () => control.abort() });
    setError(null);
    show(0);
    try {
      const upload = await uploadFile(file, { onProgress: show, signal: control.signal });
      onChoose({ source: { kind: 'upload', uploadId: upload.uploadId }, name: upload.name });
    } catch (thrown) {
      if (!control.signal.aborted) setError(thrown);
    } finally {
      setSending(null);
    }
  };
  return (
    <div className={classes.sources}>
      <Panel title="A file of this computer">
        {sending ? (
          <UploadProgress sending={sending} />
        ) : (
          <FileDrop
            onFile={send}
            onPath={(chosen) => onChoose({ source: { kind: 'path', path: chosen }, name: chosen })}
          />
        )}
        <ErrorNote error={error} />
      </Panel>
      <div className={classes.others}>
        <Panel title="A file where the engine runs">
          <form
            className={classes.pathForm}
            onSubmit={(event) => {
              event.preventDefault();
              if (path.trim() !== '')
                onChoose({ source: { kind: 'path', path: path.trim() }, name: path.trim() });
            }}
          >
            <TextInput
              aria-label="Path of the file"
              placeholder="/data/flights.parquet"
              value={path}
              onChange={(event) => setPath(event.currentTarget.value)}
              className={classes.path}
            />
            <Button type="submit" variant="default" disabled={path.trim() === ''}>
              Look at it
            </Button>
          </form>
          <p className={classes.help}>
            Large files need not be copied: the engine reads them where they are.
          </p>
        </Panel>
        <Panel title="A sample">
          <ul className={classes.samples}>
            {samples.map((sample) => (
              <li key={sample.name}>
                <button
                  type="button"
                  className={classes.sample}
                  onClick={() =>
                    onChoose({ source: { kind: 'sample', name: sample.name }, name: sample.name })
                  }
                >
                  <IconTable size={18} stroke={1.6} aria-hidden="true" />
                  <span>
                    <strong>{sample.title}</strong>
                    <br />
                    <span className="a-dim">{sample.text}</span>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </Panel>
      </div>
    </div>
  );
}

type DropProps = { onFile: (file: File) => void; onPath: (path: string) => void };

function FileDrop({ onFile, onPath }: DropProps) {
  const input = useRef<HTMLInputElement>(null);
  // The desktop's own dialog gives the path, so the file need not be copied through the page.
  const choose = () => {
    if (!desktop) return input.current?.click();
    return desktop.chooseDataFiles().then(([path]) => path !== undefined && onPath(path), toastFault);
  };
  return (
    <DropZone onFile={onFile} isTall>
      <IconFileUpload size={34} stroke={1.3} aria-hidden="true" />
      <p className={classes.dropText}>Drop a file here, or</p>
      <Button size="sm" onClick={choose}>
        Choose a file
      </Button>
      <p className={classes.help}>CSV, TSV, JSON, JSONL or Parquet; gzip and zstd are fine.</p>
      <input
        ref={input}
        type="file"
        hidden
        accept=".csv,.tsv,.txt,.json,.jsonl,.ndjson,.parquet,.gz,.zst"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) onFile(file);
          event.currentTarget.value = '';
        }}
      />
    </DropZone>
  );
}

function UploadProgress({ sending }: { sending: Sending }) {
  const { file, fraction, stop } = sending;
  return (
    <DropZone onFile={null} isTall>
      <p className={classes.dropText}>
        Sending {file.name}, {formatBytes(file.size)}
      </p>
      <progress value={fraction} max={1} aria-label={`Sending ${file.name}`} className={classes.bar} />
      <p className={classes.help}>{formatPercent(fraction, 0)}</p>
      <Button variant="default" onClick={stop}>
        Stop
      </Button>
    </DropZone>
  );
}
