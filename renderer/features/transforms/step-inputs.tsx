import { MultiSelect, NumberInput, Select } from '@mantine/core';
import type { TransformStepInput } from '../../../local-api/contract/index.ts';

/** A number or truth value as such, anything else as text. */
export function typedValue(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

type ColumnProps = {
  label: string;
  names: readonly string[];
  value: string;
  placeholder?: string;
  onChange: (name: string) => void;
};

/** One column; a name that is not there any more stays to be seen. */
export function ColumnInput({ label, names, value, placeholder = 'column', onChange }: ColumnProps) {
  return (
    <Select
      aria-label={label}
      placeholder={placeholder}
      data={value === '' || names.includes(value) ? [...names] : [value, ...names]}
      value={value === '' ? null : value}
      onChange={(name) => onChange(name ?? '')}
      searchable
      clearable
      flex={1}
      miw={120}
    />
  );
}

type ColumnsProps = Omit<ColumnProps, 'value' | 'onChange'> & {
  value: readonly string[];
  onChange: (names: string[]) => void;
};

export function ColumnsInput({ label, names, value, placeholder = 'columns', onChange }: ColumnsProps) {
  return (
    <MultiSelect
      aria-label={label}
      placeholder={value.length === 0 ? placeholder : ''}
      data={[...new Set([...names, ...value])]}
      value={[...value]}
      onChange={onChange}
      searchable
      hidePickedOptions
    />
  );
}

export function SeedInput({ value, onChange }: { value: number; onChange: (seed: number) => void }) {
  return (
    <NumberInput
      aria-label="Seed"
      prefix="seed "
      w={110}
      min={0}
      value={value}
      onChange={(seed) => typeof seed === 'number' && onChange(seed)}
    />
  );
}

/** What the fields of one kind of step get. */
export type StepProps<K extends TransformStepInput['step']> = {
  step: Extract<TransformStepInput, { step: K }>;
  names: readonly string[];
  onChange: (step: TransformStepInput) => void;
};
