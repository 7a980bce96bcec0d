import { Checkbox } from '@mantine/core';
import type { ReadOptions } from '../../../../local-api/contract/index.ts';

export type ManyFiles = Pick<ReadOptions, 'fileColumn' | 'partitions'>;

/** What several files may give beside their own columns. Options hold only what differs from the usual. */
export function ManyFilesOptions({
  value,
  onChange,
  disabled = false,
}: {
  value: ManyFiles;
  onChange: (value: ManyFiles) => void;
  disabled?: boolean;
}) {
  const { fileColumn = false, partitions = true } = value;
  const change = (changed: { fileColumn: boolean; partitions: boolean }) =>
    onChange({
      ...(changed.fileColumn ? { fileColumn: true } : {}),
      ...(changed.partitions ? {} : { partitions: false }),
    });
  return (
    <>
      <Checkbox
        label="Columns from folders such as year=2026/month=11"
        description="Where all files lie in such folders."
        disabled={disabled}
        checked={partitions}
        onChange={(event) => change({ fileColumn, partitions: event.currentTarget.checked })}
      />
      <Checkbox
        label="Add a column _file that names the file of each row"
        disabled={disabled}
        checked={fileColumn}
        onChange={(event) => change({ fileColumn: event.currentTarget.checked, partitions })}
      />
    </>
  );
}
