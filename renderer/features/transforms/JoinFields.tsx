import { Group, Select } from '@mantine/core';
import type { Column } from '../../../local-api/contract/index.ts';
import { EditableRows } from '../../components/EditableRows.tsx';
import { columnNames, type DraftInput } from './draft.ts';
import { ColumnInput, type StepProps } from './step-inputs.tsx';

type Props = StepProps<'join'> & {
  inputs: readonly DraftInput[];
  columnsOf: (alias: string) => readonly Column[];
};

/** What is joined, by which columns, and which rows are kept. */
export function JoinFields({ step, names, inputs, columnsOf, onChange }: Props) {
  const right = columnNames(columnsOf(step.with));
  const rows = step.on.map((key) => (typeof key === 'string' ? { left: key, right: key } : key));
  const common = names.find((name) => right.includes(name));
  return (
    <>
      <Group gap={8}>
        <Select
          aria-label="Input"
          placeholder={inputs.length < 2 ? 'add an input above' : 'input'}
          data={inputs.slice(1).map(({ alias }) => alias)}
          value={step.with === '' ? null : step.with}
          onChange={(value) => onChange({ ...step, with: value ?? '' })}
          w={180}
        />
        <Select
          aria-label="Kind of join"
          data={[
            { value: 'left', label: 'keep all rows' },
            { value: 'inner', label: 'keep rows that match' },
            { value: 'full', label: 'keep rows of both' },
            { value: 'semi', label: 'only filter: with a match' },
            { value: 'anti', label: 'only filter: without a match' },
          ]}
          value={step.kind ?? 'inner'}
          allowDeselect={false}
          w={220}
          onChange={(value) =>
            onChange({
              ...step,
              kind: (['left', 'inner', 'full', 'semi', 'anti'] as const).find((one) => one === value),
            })
          }
        />
      </Group>
      <EditableRows
        rows={rows}
        onChange={(on) => onChange({ ...step, on })}
        addLabel="Key"
        create={() => ({ left: common ?? '', right: common ?? '' })}
        removeLabel={(place) => `Remove key ${place}`}
      >
        {(row, change) => (
          <>
            <ColumnInput
              label="Column"
              names={names}
              value={row.left}
              onChange={(left) => change({ left })}
            />
            <span className="a-dim">=</span>
            <ColumnInput
              label={`Column of ${step.with}`}
              names={right}
              value={row.right}
              onChange={(value) => change({ right: value })}
            />
          </>
        )}
      </EditableRows>
    </>
  );
}
