import { Checkbox, Select } from '@mantine/core';
import { useMemo } from 'react';
import {
  type Column,
  DriftMethod,
  driftMethods,
  driftMethodsFor,
} from '../../../local-api/contract/index.ts';
import { type DataColumn, DataTable } from '../../components/DataTable.tsx';
import { TypeLabel } from '../../components/TypeLabel.tsx';
import { kindOf } from './new-drift.ts';

type Props = {
  columns: readonly Column[];
  skipped: ReadonlySet<string>;
  onSkip: (skipped: ReadonlySet<string>) => void;
  methods: Readonly<Record<string, DriftMethod>>;
  onMethods: (methods: Readonly<Record<string, DriftMethod>>) => void;
};

/** Which columns are compared, and by which method. */
export function ColumnChoice({ columns, skipped, onSkip, methods, onMethods }: Props) {
  const tableColumns = useMemo((): DataColumn<Column>[] => {
    const toggle = (name: string) => {
      const next = new Set(skipped);
      if (!next.delete(name)) next.add(name);
      onSkip(next);
    };
    const choose = (name: string, method: string | null) => {
      const { [name]: _, ...others } = methods;
      const known = DriftMethod.options.find((one) => one === method);
      onMethods(known ? { ...others, [name]: known } : others);
    };
    return [
      {
        id: 'name',
        header: 'Column',
        grow: true,
        width: 220,
        cell: (column) => (
          <Checkbox
            label={column.name}
            checked={!skipped.has(column.name)}
            onChange={() => toggle(column.name)}
          />
        ),
      },
      { id: 'type', header: 'Type', width: 130, cell: (column) => <TypeLabel type={column.type} /> },
      {
        id: 'method',
        header: 'Method',
        width: 230,
        cell: (column) => (
          <Select
            aria-label={`Method for ${column.name}`}
            variant="unstyled"
            placeholder="As it fits"
            clearable
            disabled={skipped.has(column.name)}
            data={driftMethodsFor(column.type === 'boolean' ? 'binary' : kindOf(column.type)).map(
              (method) => ({
                value: method,
                label: driftMethods[method].title,
              }),
            )}
            value={methods[column.name] ?? null}
            onChange={(method) => choose(column.name, method)}
          />
        ),
      },
    ];
  }, [skipped, onSkip, methods, onMethods]);
  return (
    <DataTable
      label="Columns to compare"
      columns={tableColumns}
      rows={columns}
      rowId={(column) => column.name}
      maxHeight={340}
      empty={<p style={{ padding: 14 }}>The two versions share no column of the same kind.</p>}
    />
  );
}
