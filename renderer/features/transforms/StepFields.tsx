import { Group, NumberInput, SegmentedControl, Select, Switch, TextInput } from '@mantine/core';
import {
  AggregateFunction,
  type Column,
  type TransformStepInput,
} from '../../../local-api/contract/index.ts';
import { EditableRows } from '../../components/EditableRows.tsx';
import { columnNames, type DraftInput } from './draft.ts';
import { FillFields } from './FillFields.tsx';
import { JoinFields } from './JoinFields.tsx';
import { SplitFields } from './SplitFields.tsx';
import { ColumnInput, ColumnsInput, SeedInput } from './step-inputs.tsx';
import classes from './transforms.module.css';

type SortKey = Extract<TransformStepInput, { step: 'sort' }>['by'][number];

type Props = {
  step: TransformStepInput;
  /** What the step works on. */
  columns: readonly Column[];
  inputs: readonly DraftInput[];
  /** Columns of another input, for joins. */
  columnsOf: (alias: string) => readonly Column[];
  onChange: (step: TransformStepInput) => void;
};

const expression = { ff: 'monospace', spellCheck: false } as const;

/** The settings of one step. */
export function StepFields({ step, columns, inputs, columnsOf, onChange }: Props) {
  const names = columnNames(columns);
  switch (step.step) {
    case 'filter':
      return (
        <TextInput
          aria-label="Condition"
          placeholder="delay > 15 and origin = 'SEA'"
          value={step.where}
          {...expression}
          onChange={(event) => onChange({ ...step, where: event.currentTarget.value })}
        />
      );
    case 'derive':
      return (
        <div className={classes.derive}>
          <TextInput
            aria-label="Name of the column"
            placeholder="hours"
            value={step.column}
            onChange={(event) => onChange({ ...step, column: event.currentTarget.value })}
          />
          <span className="a-dim">=</span>
          <TextInput
            aria-label="Expression"
            placeholder="delay / 60"
            value={step.expression}
            {...expression}
            onChange={(event) => onChange({ ...step, expression: event.currentTarget.value })}
          />
        </div>
      );
    case 'select':
    case 'drop':
      return (
        <ColumnsInput
          label="Columns"
          names={names}
          value={step.columns}
          onChange={(value) => onChange({ ...step, columns: value })}
        />
      );
    case 'distinct':
      return (
        <ColumnsInput
          label="Columns that must not repeat"
          placeholder="all columns"
          names={names}
          value={step.columns ?? []}
          onChange={(value) =>
            onChange(value.length > 0 ? { ...step, columns: value } : { step: 'distinct' })
          }
        />
      );
    case 'rename':
      return (
        <EditableRows
          rows={Object.entries(step.columns).map(([from, to]) => ({ from, to }))}
          onChange={(rows) =>
            onChange({ ...step, columns: Object.fromEntries(rows.map(({ from, to }) => [from, to])) })
          }
          addLabel="Column"
          create={() => ({ from: names.find((name) => !(name in step.columns)) ?? '', to: '' })}
          removeLabel={(place) => `Do not rename ${place}`}
        >
          {(row, change) => (
            <>
              <ColumnInput
                label="Column"
                names={names}
                value={row.from}
                onChange={(from) => change({ from })}
              />
              <TextInput
                aria-label={`New name of ${row.from}`}
                placeholder="new name"
                value={row.to}
                onChange={(event) => change({ to: event.currentTarget.value })}
              />
            </>
          )}
        </EditableRows>
      );
    case 'fill':
      return <FillFields step={step} names={names} onChange={onChange} />;
    case 'join':
      return (
        <JoinFields step={step} names={names} inputs={inputs} columnsOf={columnsOf} onChange={onChange} />
      );
    case 'aggregate':
      return (
        <>
          <ColumnsInput
            label="One row for each"
            placeholder="one row of all"
            names={names}
            value={step.by ?? []}
            onChange={(by) => onChange({ ...step, by })}
          />
          <EditableRows
            rows={step.measures}
            least={1}
            onChange={(measures) => onChange({ ...step, measures })}
            addLabel="Measure"
            create={() => ({ name: '', function: 'mean' as const, column: '' })}
            removeLabel={(place) => `Remove measure ${place}`}
          >
            {(row, change) => (
              <>
                <TextInput
                  aria-label="Name of the measure"
                  placeholder="name"
                  value={row.name}
                  w={140}
                  onChange={(event) => change({ name: event.currentTarget.value })}
                />
                <Select
                  aria-label="Function"
                  data={AggregateFunction.options}
                  value={row.function}
                  allowDeselect={false}
                  w={110}
                  onChange={(value) =>
                    change({ function: AggregateFunction.options.find((one) => one === value) ?? 'count' })
                  }
                />
                <ColumnInput
                  label="Column of the measure"
                  placeholder={row.function === 'count' ? 'all rows' : 'column'}
                  names={names}
                  value={row.column ?? ''}
                  onChange={(column) => change({ column: column === '' ? undefined : column })}
                />
              </>
            )}
          </EditableRows>
        </>
      );
    case 'sort':
      return (
        <EditableRows
          rows={step.by}
          least={1}
          onChange={(by) => onChange({ ...step, by })}
          addLabel="Column"
          create={(): SortKey => ({ column: '' })}
          removeLabel={(place) => `Remove column ${place}`}
        >
          {(row, change) => (
            <>
              <ColumnInput
                label="Column"
                names={names}
                value={row.column}
                onChange={(column) => change({ column })}
              />
              <Switch
                label="descending"
                checked={row.descending ?? false}
                onChange={(event) => change({ descending: event.currentTarget.checked })}
              />
            </>
          )}
        </EditableRows>
      );
    case 'sample':
      return (
        <Group gap={10} align="end">
          <SegmentedControl
            aria-label="How much"
            size="xs"
            value={step.rows === undefined ? 'fraction' : 'rows'}
            onChange={(value) =>
              onChange(
                value === 'rows'
                  ? { step: 'sample', rows: 1000, seed: step.seed }
                  : { step: 'sample', fraction: 0.1, seed: step.seed },
              )
            }
            data={[
              { value: 'fraction', label: 'Share' },
              { value: 'rows', label: 'Rows' },
            ]}
          />
          {step.rows === undefined ? (
            <NumberInput
              aria-label="Percent of the rows"
              w={110}
              suffix=" %"
              min={0.001}
              max={99.999}
              value={(step.fraction ?? 0.1) * 100}
              onChange={(value) => typeof value === 'number' && onChange({ ...step, fraction: value / 100 })}
            />
          ) : (
            <NumberInput
              aria-label="Rows"
              w={130}
              min={1}
              thousandSeparator=","
              value={step.rows}
              onChange={(value) => typeof value === 'number' && onChange({ ...step, rows: value })}
            />
          )}
          <SeedInput value={step.seed ?? 0} onChange={(seed) => onChange({ ...step, seed })} />
        </Group>
      );
    case 'split':
      return <SplitFields rule={step.by} names={names} onChange={(by) => onChange({ ...step, by })} />;
  }
}
