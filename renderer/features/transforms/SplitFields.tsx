import { Group, NumberInput, Select, TagsInput, TextInput } from '@mantine/core';
import type { TransformStepInput } from '../../../local-api/contract/index.ts';
import { EditableRows } from '../../components/EditableRows.tsx';
import { ColumnInput, ColumnsInput, SeedInput, typedValue } from './step-inputs.tsx';

type Rule = Extract<TransformStepInput, { step: 'split' }>['by'];
type Props = { rule: Rule; names: readonly string[]; onChange: (rule: Rule) => void };

/** Which rows go into which part. */
export function SplitFields({ rule, names, onChange }: Props) {
  const setKind = (kind: string | null) => {
    if (kind === 'column') onChange({ kind, column: '', parts: [{ name: 'a', values: [] }], rest: 'rest' });
    else if (kind === 'time')
      onChange({ kind, column: '', parts: [{ name: 'train', before: '' }], rest: 'test' });
    else
      onChange({
        kind: 'fraction',
        parts: [
          { name: 'train', fraction: 0.8 },
          { name: 'test', fraction: 0.2 },
        ],
        seed: 0,
      });
  };
  return (
    <>
      <Group gap={8} wrap="nowrap">
        <Select
          aria-label="Split by"
          data={[
            { value: 'fraction', label: 'at random, by share' },
            { value: 'time', label: 'by time' },
            { value: 'column', label: 'by values' },
          ]}
          value={rule.kind}
          allowDeselect={false}
          w={180}
          onChange={setKind}
        />
        {rule.kind === 'fraction' ? (
          <SeedInput value={rule.seed ?? 0} onChange={(seed) => onChange({ ...rule, seed })} />
        ) : (
          <ColumnInput
            label="Column"
            names={names}
            value={rule.column}
            onChange={(column) => onChange({ ...rule, column })}
          />
        )}
      </Group>
      <Parts rule={rule} onChange={onChange} />
      {rule.kind === 'fraction' ? (
        <ColumnsInput
          label="Rows that stay together"
          placeholder="rows with the same … stay together (optional)"
          names={names}
          value={rule.together ?? []}
          onChange={(together) => onChange({ ...rule, together: together.length > 0 ? together : undefined })}
        />
      ) : (
        <TextInput
          aria-label="Part of all other rows"
          leftSectionWidth={84}
          leftSection={<span className="a-dim">the rest</span>}
          value={rule.rest ?? ''}
          onChange={(event) => onChange({ ...rule, rest: event.currentTarget.value })}
          maw={260}
        />
      )}
    </>
  );
}

function Parts({ rule, onChange }: Omit<Props, 'names'>) {
  const name = (value: string, set: (name: string) => void) => (
    <TextInput
      aria-label="Name of the part"
      value={value}
      w={130}
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
  const common = { addLabel: 'Part', removeLabel: (place: number) => `Remove part ${place}` };
  switch (rule.kind) {
    case 'fraction':
      return (
        <EditableRows
          {...common}
          rows={rule.parts}
          least={2}
          create={() => ({ name: 'valid', fraction: 0.1 })}
          onChange={(parts) => onChange({ ...rule, parts })}
        >
          {(row, change) => (
            <>
              {name(row.name, (value) => change({ name: value }))}
              <NumberInput
                aria-label={`Percent of the rows in ${row.name}`}
                suffix=" %"
                w={110}
                min={0.1}
                max={99.9}
                value={Number((row.fraction * 100).toFixed(4))}
                onChange={(value) => typeof value === 'number' && change({ fraction: value / 100 })}
              />
            </>
          )}
        </EditableRows>
      );
    case 'column':
      return (
        <EditableRows
          {...common}
          rows={rule.parts}
          least={1}
          create={() => ({ name: 'b', values: [] })}
          onChange={(parts) => onChange({ ...rule, parts })}
        >
          {(row, change) => (
            <>
              {name(row.name, (value) => change({ name: value }))}
              <TagsInput
                aria-label={`Values of ${row.name}`}
                placeholder="values"
                flex={1}
                value={row.values.map(String)}
                onChange={(values) => change({ values: values.map(typedValue) })}
              />
            </>
          )}
        </EditableRows>
      );
    case 'time':
      return (
        <EditableRows
          {...common}
          rows={rule.parts}
          least={1}
          create={() => ({ name: 'valid', before: '' })}
          onChange={(parts) => onChange({ ...rule, parts })}
        >
          {(row, change) => (
            <>
              {name(row.name, (value) => change({ name: value }))}
              <span className="a-dim">before</span>
              <TextInput
                aria-label={`End of ${row.name}`}
                placeholder="2024-01-31"
                value={String(row.before)}
                onChange={(event) => {
                  const value = typedValue(event.currentTarget.value);
                  change({ before: typeof value === 'boolean' ? String(value) : value });
                }}
              />
            </>
          )}
        </EditableRows>
      );
  }
}
