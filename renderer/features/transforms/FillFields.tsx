import { Group, Select, TextInput } from '@mantine/core';
import { ColumnsInput, type StepProps, typedValue } from './step-inputs.tsx';

const fillings = ['median', 'mean', 'mode', 'previous', 'value'] as const;
const fillingLabels: Record<(typeof fillings)[number], string> = {
  median: 'the median',
  mean: 'the mean',
  mode: 'the most frequent',
  previous: 'the value before',
  value: 'a value',
};

/** What stands in for missing values. */
export function FillFields({ step, names, onChange }: StepProps<'fill'>) {
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
