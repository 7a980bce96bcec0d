import { Button, TextInput } from '@mantine/core';
import { IconFileZip } from '@tabler/icons-react';
import { type DragEvent, useRef, useState } from 'react';
import { formatPercent } from '../../app/format.ts';
import { uploadFile } from '../../app/upload.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import classes from './bundles.module.css';

/** Where a bundle is, as the API takes it. */
export type ChosenBundle = { path: string } | { uploadId: string };

/** A bundle of this computer, or a path on the machine of the engine. */
export function BundleSource({ onChoose }: { onChoose: (chosen: ChosenBundle) => Promise<void> }) {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
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
        await onChoose({ uploadId: (await uploadFile(file, options)).uploadId });
      } finally {
        setSent(null);
      }
    });
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file) void send(file);
  };
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the button inside does the same. */}
      <div
        className={classes.drop}
        data-over={isOver || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
      >
        <IconFileZip size={28} stroke={1.3} aria-hidden="true" />
        <p className={classes.dropText}>
          {sent === null ? 'Drop a bundle here, or' : `Sending, ${formatPercent(sent, 0)}`}
        </p>
        <Button onClick={() => input.current?.click()} loading={sent !== null}>
          Choose a file
        </Button>
        <input
          ref={input}
          type="file"
          hidden
          accept=".zip"
          aria-label="Bundle"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            if (file) void send(file);
            event.currentTarget.value = '';
          }}
        />
      </div>
      <form
        className={classes.path}
        onSubmit={(event) => {
          event.preventDefault();
          if (path.trim() !== '') void attempt(() => onChoose({ path: path.trim() }));
        }}
      >
        <TextInput
          label="Or a path where the engine runs"
          placeholder="/models/late-flights.zip"
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
