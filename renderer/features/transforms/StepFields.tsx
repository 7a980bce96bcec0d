import { Group, NumberInput, SegmentedControl, Select, Switch, TextInput } from '@mantine/core';
import {
  AggregateFunction,
  type Column,
  type TransformStepInput,
} from '../../../local-api/contract/index.ts';
import { EditableRows } from '../../components/EditableRows.tsx';
import { columnNames, type DraftInput } from './draft.ts';
import { SplitFields } from './SplitFields.tsx';
import { ColumnInput, ColumnsInput, SeedInput, typedValue } from './step-inputs.tsx';
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

type Of<K extends TransformStepInput['step']> = {
  step: Extract<TransformStepInput, { step: K }>;
  names: readonly string[];
  onChange: (step: TransformStepInput) => void;
};

const fillings = ['median', 'mean', 'mode', 'previous', 'value'] as const;
const fillingLabels: Record<(typeof fillings)[number], string> = {
  median: 'the median',
  mean: 'the mean',
  mode: 'the most frequent',
  previous: 'the value before',
  value: 'a value',
};

function FillFields({ step, names, onChange }: Of<'fill'>) {
  const { with: filling } = step;
  const setKind = (kind: string | null) => {
    const found = fillings.find((one) => one === kind) ?? 'median';
    onChange({ ...step, with: found === 'value' ? { kind: found, value: 0 } : { kind: found } });
  };
  return (
    <>
      <ColumnsInput
        label="Columns"
        names={names}
        value={step.columns}
        onChange={(columns) => onChange({ ...step, columns })}
      />
      <Group gap={8}>
        <span className="a-dim">with</span>
        <Select
          aria-label="What is put in"
          data={fillings.map((value) => ({ value, label: fillingLabels[value] }))}
          value={filling.kind}
          allowDeselect={false}
          w={170}
          onChange={setKind}
        />
        {filling.kind === 'value' ? (
          <TextInput
            aria-label="Value"
            value={String(filling.value)}
            w={140}
            onChange={(event) =>
              onChange({ ...step, with: { kind: 'value', value: typedValue(event.currentTarget.value) } })
            }
          />
        ) : null}
      </Group>
    </>
  );
}

type JoinProps = Of<'join'> & Pick<Props, 'inputs' | 'columnsOf'>;

function JoinFields({ step, names, inputs, columnsOf, onChange }: JoinProps) {
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
