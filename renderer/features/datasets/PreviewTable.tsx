import { Checkbox, Select, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { ColumnType, type DatasetPreview, type ReadOptions } from '../../../local-api/contract/index.ts';
import { ScrollRegion } from '../../components/ScrollRegion.tsx';
import { CellValue } from './CellValue.tsx';
import classes from './import.module.css';
import { correctColumn, type PreviewColumn, previewColumns } from './import-draft.ts';

type Props = {
  preview: DatasetPreview;
  options: ReadOptions;
  onChange: (options: ReadOptions) => void;
  /** The rows shown are of the options before. */
  isStale: boolean;
};

/** The first rows, with a head where each column can be renamed, given another type, or left out. */
export function PreviewTable({ preview, options, onChange, isStale }: Props) {
  const columns = previewColumns(preview, options);
  return (
    <ScrollRegion
      label="Preview of the first rows"
      className={classes.preview}
      data-stale={isStale || undefined}
    >
      <table className={classes.table}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.source} scope="col" data-skipped={column.isSkipped || undefined}>
                <ColumnHead
                  column={column}
                  onCorrect={(change) => onChange(correctColumn(options, column.source, change))}
                />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {preview.rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity of their own.
            <tr key={index}>
              {columns.map((column) => (
                <td key={column.source} data-skipped={column.isSkipped || undefined}>
                  {column.index === null ? null : (
                    <CellValue value={row[column.index] ?? null} type={column.type ?? 'string'} />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

type HeadProps = { column: PreviewColumn; onCorrect: (change: Parameters<typeof correctColumn>[2]) => void };

function ColumnHead({ column, onCorrect }: HeadProps) {
  const [name, setName] = useState(column.name);
  useEffect(() => setName(column.name), [column.name]);
  const rename = () => {
    if (name.trim() !== column.name) onCorrect({ rename: name.trim() });
  };
  return (
    <div className={classes.columnHead}>
      <div className={classes.columnName}>
        <Checkbox
          aria-label={`Import ${column.source}`}
          checked={!column.isSkipped}
          onChange={(event) => onCorrect({ skip: !event.currentTarget.checked })}
        />
        <TextInput
          aria-label={`Name of ${column.source}`}
          variant="unstyled"
          value={name}
          disabled={column.isSkipped}
          onChange={(event) => setName(event.currentTarget.value)}
          onBlur={rename}
          onKeyDown={(event) => event.key === 'Enter' && rename()}
          classNames={{ input: classes.nameInput ?? '' }}
        />
      </div>
      <Select
        aria-label={`Type of ${column.source}`}
        variant="unstyled"
        size="xs"
        disabled={column.isSkipped}
        data={ColumnType.options}
        value={column.type}
        allowDeselect={false}
        onChange={(value) => onCorrect({ type: ColumnType.options.find((type) => type === value) })}
        classNames={{ input: classes.typeInput ?? '' }}
        data-corrected={column.isCorrected || undefined}
      />
    </div>
  );
}
