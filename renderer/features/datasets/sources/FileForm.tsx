import { Button, TextInput } from '@mantine/core';
import { IconFileUpload } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { desktop } from '../../../app/desktop.ts';
import { formatBytes, formatPercent } from '../../../app/format.ts';
import { uploadFile } from '../../../app/upload.ts';
import { DropZone } from '../../../components/DropZone.tsx';
import { ErrorNote } from '../../../components/ErrorNote.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { toastFault } from '../../../components/toasts.tsx';
import classes from '../import.module.css';
import type { ChosenSource } from '../import-draft.ts';
import { DvcForm } from './DvcForm.tsx';
import { isDvcPath } from './dvc-path.ts';
import styles from './sources.module.css';

type Sending = { file: File; fraction: number; stop: () => void };
type Props = { onChoose: (chosen: ChosenSource) => void };

/** A file of this computer, which is sent, or a path on the engine's machine. */
export function FileForm({ onChoose }: Props) {
  const [sending, setSending] = useState<Sending | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [path, setPath] = useState('');
  const [dvcPath, setDvcPath] = useState<string | null>(null);
  const choosePath = (chosen: string) =>
    isDvcPath(chosen)
      ? setDvcPath(chosen)
      : onChoose({ source: { kind: 'path', path: chosen }, name: chosen });
  const send = async (file: File) => {
    if (isDvcPath(file.name))
      return setError(
        new Error(
          `${file.name} holds no rows, it names what DVC keeps: give its path where the engine runs.`,
        ),
      );
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
  if (dvcPath !== null) return <DvcForm onChoose={onChoose} path={dvcPath} />;
  return (
    <div className={styles.stack}>
      <Panel title="A file of this computer">
        {sending ? <UploadProgress sending={sending} /> : <FileDrop onFile={send} onPath={choosePath} />}
        <ErrorNote error={error} />
      </Panel>
      <Panel title="A file where the engine runs">
        <form
          className={classes.pathForm}
          onSubmit={(event) => {
            event.preventDefault();
            if (path.trim() !== '') choosePath(path.trim());
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
        <p className={classes.help}>Large files need not be copied: the engine reads them where they are.</p>
      </Panel>
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
      <p className={classes.help}>
        CSV, TSV, JSON, JSONL, Parquet, Arrow, Feather, Excel (.xlsx) or SQLite; gzip and zstd are fine.
      </p>
      <input
        ref={input}
        type="file"
        hidden
        accept=".csv,.tsv,.txt,.json,.jsonl,.ndjson,.parquet,.arrow,.feather,.xlsx,.xlsm,.sqlite,.sqlite3,.db,.gz,.zst"
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
