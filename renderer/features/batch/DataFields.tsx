import { Button, FileButton, SegmentedControl, Select, Textarea, TextInput } from '@mantine/core';
import { IconFileUpload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../../app/api.ts';
import { formatCount, formatPercent } from '../../app/format.ts';
import { keys } from '../../app/queries.ts';
import { uploadFile } from '../../app/upload.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import classes from './batch.module.css';
import type { BatchForm, RowsFrom } from './batch-form.ts';

type Props = { form: BatchForm; set: (change: Partial<BatchForm>) => void; canUpload: boolean };

/** Where the rows come from. What a schedule predicts has to be there tomorrow, so it takes no upload. */
export function DataFields({ form, set, canUpload }: Props) {
  const choices = [
    { value: 'dataset', label: 'Dataset' },
    { value: 'sql', label: 'SQL over a dataset' },
    { value: 'path', label: 'File of the engine' },
    ...(canUpload ? [{ value: 'upload', label: 'File of this computer' }] : []),
  ];
  return (
    <div className={classes.fields}>
      <SegmentedControl
        aria-label="Where the rows come from"
        data={choices}
        value={form.from}
        onChange={(from) => set({ from: from as RowsFrom })}
      />
      {form.from === 'dataset' || form.from === 'sql' ? <DatasetFields form={form} set={set} /> : null}
      {form.from === 'sql' ? (
        <Textarea
          label="SELECT"
          description='The table "data" holds the rows of the dataset version.'
          className={classes.sql}
          autosize
          minRows={3}
          spellCheck={false}
          value={form.sql}
          onChange={(event) => set({ sql: event.currentTarget.value })}
        />
      ) : null}
      {form.from === 'path' ? (
        <TextInput
          label="Path of the file"
          description="CSV, TSV, JSON, JSONL or Parquet, where the engine runs."
          placeholder="/data/flights.parquet"
          value={form.path}
          onChange={(event) => set({ path: event.currentTarget.value })}
        />
      ) : null}
      {form.from === 'upload' ? <UploadField form={form} set={set} /> : null}
    </div>
  );
}

function DatasetFields({ form, set }: Pick<Props, 'form' | 'set'>) {
  const datasets = useQuery({
    queryKey: keys.list('datasets', { limit: 500 }),
    queryFn: ({ signal }) => client.datasets.list({ query: { limit: 500 }, signal }),
  });
  const versions = useQuery({
    queryKey: keys.part('datasets', form.dataset ?? '', 'versions', 'to predict'),
    queryFn: ({ signal }) =>
      client.datasets.versions({ params: { dataset: form.dataset ?? '' }, query: { limit: 200 }, signal }),
    enabled: form.dataset !== null,
  });
  return (
    <div className={classes.columns}>
      <Select
        label="Dataset"
        searchable
        data={(datasets.data?.items ?? []).map(({ name }) => name)}
        value={form.dataset}
        onChange={(dataset) => set({ dataset, version: '' })}
        nothingFoundMessage="No such dataset"
      />
      <Select
        label="Version"
        allowDeselect={false}
        data={[
          { value: '', label: 'The newest' },
          ...(versions.data?.items ?? []).map(({ version, rows }) => ({
            value: String(version),
            label: `v${version}, ${formatCount(rows)} rows`,
          })),
        ]}
        value={form.version}
        onChange={(version) => set({ version: version ?? '' })}
        disabled={form.dataset === null}
      />
    </div>
  );
}

function UploadField({ form, set }: Pick<Props, 'form' | 'set'>) {
  const [sent, setSent] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const send = async (file: File | null) => {
    if (file === null) return;
    setError(null);
    setSent(0);
    try {
      const upload = await uploadFile(file, { onProgress: setSent, signal: new AbortController().signal });
      set({ upload: { id: upload.uploadId, name: upload.name } });
    } catch (thrown) {
      setError(thrown);
    } finally {
      setSent(null);
    }
  };
  return (
    <div>
      <div className={classes.row}>
        <FileButton onChange={send} accept=".csv,.tsv,.txt,.json,.jsonl,.ndjson,.parquet,.gz,.zst">
          {(props) => (
            <Button
              {...props}
              variant="default"
              leftSection={<IconFileUpload size={15} />}
              loading={sent !== null}
            >
              {form.upload === null ? 'Choose a file' : 'Choose another file'}
            </Button>
          )}
        </FileButton>
        <span role="status">
          {sent === null ? (form.upload?.name ?? '') : `${formatPercent(sent, 0)} sent`}
        </span>
      </div>
      <ErrorNote error={error} />
    </div>
  );
}
