import { Select, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { urlOf } from '../../../local-api/client/url-of.ts';
import { api, DataExportResult, type DatasetVersion, type Job } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { saveFrom } from '../../app/save-from.ts';
import { JobDialog } from '../../components/JobDialog.tsx';
import { toastFault } from '../../components/toasts.tsx';
import { saveJson } from './schema-files.ts';

const dataFormats = [
  { value: 'parquet', label: 'Parquet' },
  { value: 'csv', label: 'CSV' },
];

/** Writes a version as Croissant: the rows as a file, and the document that describes it by its digest. */
export function CroissantDialog({ version, onClose }: { version: DatasetVersion; onClose: () => void }) {
  const { dataset } = version;
  const [format, setFormat] = useState<'parquet' | 'csv'>('parquet');
  const [about, setAbout] = useState({ license: '', url: '', creator: '' });
  const set = (part: Partial<typeof about>) => setAbout((now) => ({ ...now, ...part }));
  const start = () =>
    client.dataExports.createOf({ body: { source: { kind: 'version', versionId: version.id }, format } });
  const save = async (job: Job) => {
    const { exportId, name, sizeBytes, digest } = DataExportResult.parse(job.result);
    const said = Object.fromEntries(Object.entries(about).filter(([, text]) => text.trim() !== ''));
    const croissant = { dataVersion: version.version, files: [{ name, sizeBytes, digest }], ...said };
    const written = await client.dataSchemas.export({ body: { format: 'croissant', dataset, croissant } });
    saveJson(written.document, written.fileName);
    saveFrom(urlOf(api.dataExports.download, { params: { exportId } }), name);
  };
  return (
    <JobDialog
      title={`${dataset} v${version.version} as Croissant`}
      submitLabel="Write both files"
      canSubmit
      start={start}
      onDone={(job) => void save(job).catch(toastFault)}
      result={() => (
        <p>
          Two files were saved: croissant.json, and the rows that it describes. They belong in one folder.
        </p>
      )}
      onClose={onClose}
    >
      <Select
        label="Rows as"
        data={dataFormats}
        value={format}
        allowDeselect={false}
        onChange={(value) => setFormat(value === 'csv' ? 'csv' : 'parquet')}
        data-autofocus
      />
      <TextInput
        label="License"
        placeholder="CC-BY-4.0"
        value={about.license}
        onChange={(event) => set({ license: event.currentTarget.value })}
        mt="sm"
      />
      <TextInput
        label="Address where it is described"
        placeholder="https://…"
        value={about.url}
        onChange={(event) => set({ url: event.currentTarget.value })}
        mt="sm"
      />
      <TextInput
        label="Creator"
        value={about.creator}
        onChange={(event) => set({ creator: event.currentTarget.value })}
        mt="sm"
      />
      <Text size="sm" c="dimmed" mt="sm">
        License, address and creator may stay empty; those who read the file will miss them.
      </Text>
    </JobDialog>
  );
}
