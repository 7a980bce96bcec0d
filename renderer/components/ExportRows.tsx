import { Anchor, Button, MultiSelect, Select, TextInput } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { urlOf } from '../../local-api/client/url-of.ts';
import {
  api,
  DataExportFormat,
  type DataExportRequest,
  DataExportResult,
  type DataExportSource,
  type Job,
} from '../../local-api/contract/index.ts';
import { client } from '../app/api.ts';
import { formatBytes, formatCount, formatPlural } from '../app/format.ts';
import { saveFrom } from '../app/save-from.ts';
import { JobDialog } from './JobDialog.tsx';

const formats: Record<DataExportFormat, string> = {
  csv: 'CSV',
  xlsx: 'Excel workbook',
  parquet: 'Parquet',
  arrow: 'Arrow, Feather',
  jsonl: 'JSON Lines',
  json: 'JSON',
  tsv: 'TSV, columns with tabs between',
};
const order = Object.keys(formats).map((format) => DataExportFormat.parse(format));
/** Besides the head. */
const WORKBOOK_ROWS = 1_048_575;

type Props = {
  source: DataExportSource;
  /** What is written, for people: "flights v3". */
  name: string;
  /** Null where nobody has counted them. */
  rows: number | null;
  /** Of which some can be chosen, and used in a condition; without them all rows are written whole. */
  columns?: readonly string[];
  label?: string;
  look?: 'default' | 'filled';
  /** Another place that it can be written to: what that is called, and its dialog. */
  instead?: { label: string; dialog: (onClose: () => void) => ReactNode };
};

/** A button that writes a table to a file: which format, columns and rows, then how far it is, then the file. */
export function ExportRows({ label = 'Export', look = 'default', instead, ...table }: Props) {
  const [opened, setOpened] = useState<'file' | 'instead' | null>(null);
  const close = () => setOpened(null);
  return (
    <>
      <Button variant={look} leftSection={<IconDownload size={15} />} onClick={() => setOpened('file')}>
        {label}
      </Button>
      {opened === 'file' ? (
        <ExportDialog
          {...table}
          onClose={close}
          footer={
            instead === undefined ? null : (
              <Anchor component="button" type="button" size="sm" mt="md" onClick={() => setOpened('instead')}>
                {instead.label}
              </Anchor>
            )
          }
        />
      ) : null}
      {opened === 'instead' ? instead?.dialog(close) : null}
    </>
  );
}

type Draft = Required<Pick<DataExportRequest, 'format' | 'compress'>> & { columns: string[]; where: string };

function ExportDialog({
  source,
  name,
  rows,
  columns = [],
  onClose,
  footer,
}: Omit<Props, 'label' | 'look' | 'instead'> & { onClose: () => void; footer: ReactNode }) {
  const [draft, setDraft] = useState<Draft>({ format: 'csv', compress: 'none', columns: [], where: '' });
  const change = (part: Partial<Draft>) => setDraft((now) => ({ ...now, ...part }));
  const where = draft.where.trim();
  const isTooLong = draft.format === 'xlsx' && where === '' && (rows ?? 0) > WORKBOOK_ROWS;
  const start = () =>
    client.dataExports.createOf({
      body: {
        source,
        format: draft.format,
        compress: draft.compress,
        ...(draft.columns.length === 0 ? {} : { columns: draft.columns }),
        ...(where === '' ? {} : { where }),
      },
    });
  return (
    <JobDialog
      title={`Export ${name}`}
      submitLabel="Export"
      canSubmit={!isTooLong}
      start={start}
      onDone={saveResult}
      result={(job) => <Result job={job} />}
      onClose={onClose}
    >
      <Select
        label="Format"
        data={order.map((value) => ({ value, label: formats[value] }))}
        value={draft.format}
        allowDeselect={false}
        onChange={(value) => change({ format: DataExportFormat.parse(value), compress: 'none' })}
        error={
          isTooLong
            ? `A workbook holds ${formatCount(WORKBOOK_ROWS)} rows; there are ${formatCount(rows)}. Choose some by a condition, or another format.`
            : null
        }
        data-autofocus
      />
      <CompressField draft={draft} onChange={change} />
      {columns.length === 0 ? null : (
        <>
          <MultiSelect
            label="Columns"
            placeholder={draft.columns.length === 0 ? `All ${formatPlural(columns.length, 'column')}` : ''}
            data={columns}
            value={draft.columns}
            onChange={(chosen) => change({ columns: chosen })}
            searchable
            clearable
            hidePickedOptions
            limit={200}
            mt="sm"
          />
          <TextInput
            label="Only rows for which"
            description={`A condition in SQL. Empty for ${rows === null ? 'all' : `all ${formatCount(rows)}`} rows.`}
            placeholder={`${/^\w+$/.test(columns[0] ?? '') ? columns[0] : 'delay'} IS NOT NULL`}
            value={draft.where}
            onChange={(event) => change({ where: event.currentTarget.value })}
            spellCheck={false}
            mt="sm"
          />
        </>
      )}
      {footer}
    </JobDialog>
  );
}

/** Parquet and workbooks are compressed inside, always. */
function CompressField({ draft, onChange }: { draft: Draft; onChange: (part: Partial<Draft>) => void }) {
  if (draft.format === 'parquet' || draft.format === 'xlsx') return null;
  const kinds = [
    { value: 'none', label: 'None' },
    ...(draft.format === 'arrow' ? [] : [{ value: 'gzip', label: 'gzip (.gz)' }]),
    { value: 'zstd', label: draft.format === 'arrow' ? 'Zstandard, inside' : 'Zstandard (.zst)' },
  ];
  return (
    <Select
      label="Compression"
      data={kinds}
      value={draft.compress}
      allowDeselect={false}
      onChange={(value) => {
        if (value === 'none' || value === 'gzip' || value === 'zstd') onChange({ compress: value });
      }}
      mt="sm"
    />
  );
}

function resultOf(job: Job): { made: DataExportResult; address: string } | null {
  const made = DataExportResult.safeParse(job.result).data;
  if (made === undefined) return null;
  return { made, address: urlOf(api.dataExports.download, { params: { exportId: made.exportId } }) };
}

function saveResult(job: Job): void {
  const found = resultOf(job);
  if (found !== null) saveFrom(found.address, found.made.name);
}

function Result({ job }: { job: Job }) {
  const found = resultOf(job);
  if (found === null) return null;
  const { made, address } = found;
  return (
    <p>
      <a href={address} download={made.name}>
        {made.name}
      </a>
      {`: ${formatPlural(made.rows, 'row')}, ${formatBytes(made.sizeBytes)}. Your browser saves it now; it can be fetched for some hours.`}
    </p>
  );
}
