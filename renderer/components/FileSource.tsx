import { Button, TextInput } from '@mantine/core';
import { type Icon, IconFileUpload } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { formatPercent } from '../app/format.ts';
import { uploadFile } from '../app/upload.ts';
import { DropZone } from './DropZone.tsx';
import { ErrorNote } from './ErrorNote.tsx';
import classes from './FileSource.module.css';

/** Where a file is, as the API takes it. `name` is what it is called. */
export type ChosenFile = { name: string; at: { path: string } | { uploadId: string } };

type Props = {
  /** What the file is, for screen readers. */
  label: string;
  /** Beside the button: where to drop it. */
  text: string;
  /** Endings that the file dialog offers. */
  accept: string;
  placeholder: string;
  icon?: Icon;
  /** A file that was dropped elsewhere already; sent at once. */
  dropped?: File | null;
  onChoose: (chosen: ChosenFile) => Promise<void>;
};

/** A file of this computer, which is sent, or a path on the machine of the engine. */
export function FileSource(props: Props) {
  const { onChoose, dropped = null, icon: FileIcon = IconFileUpload } = props;
  const input = useRef<HTMLInputElement>(null);
  const [sent, setSent] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [path, setPath] = useState('');
  const attempt = async (work: () => Promise<void>) => {
    setError(null);
    try {
      await work();
    } catch (thrown) {
      setError(thrown);
    }
  };
  const send = (file: File) =>
    attempt(async () => {
      setSent(0);
      try {
        const options = { onProgress: setSent, signal: new AbortController().signal };
        const { uploadId } = await uploadFile(file, options);
        await onChoose({ name: file.name, at: { uploadId } });
      } finally {
        setSent(null);
      }
    });
  const sentAtOnce = useRef<File | null>(null);
  useEffect(() => {
    if (dropped === null || sentAtOnce.current === dropped) return;
    sentAtOnce.current = dropped;
    void send(dropped);
  });
  return (
    <>
      <DropZone onFile={sent === null ? send : null}>
        <FileIcon size={28} stroke={1.3} aria-hidden="true" />
        <p className={classes.dropText}>
          {sent === null ? props.text : `Sending, ${formatPercent(sent, 0)}`}
        </p>
        <Button onClick={() => input.current?.click()} loading={sent !== null}>
          Choose a file
        </Button>
        <input
          ref={input}
          type="file"
          hidden
          accept={props.accept}
          aria-label={props.label}
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            if (file) void send(file);
            event.currentTarget.value = '';
          }}
        />
      </DropZone>
      <form
        className={classes.path}
        onSubmit={(event) => {
          event.preventDefault();
          if (path.trim() !== '')
            void attempt(() =>
              onChoose({ name: path.trim().replace(/.*[\\/]/, ''), at: { path: path.trim() } }),
            );
        }}
      >
        <TextInput
          label="Or a path where the engine runs"
          placeholder={props.placeholder}
          value={path}
          onChange={(event) => setPath(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={path.trim() === ''}>
          Check it
        </Button>
      </form>
      <ErrorNote error={error} />
    </>
  );
}
