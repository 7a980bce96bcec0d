import { MultiSelect, NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { ByColumnInput } from './ByColumnInput.tsx';
import { changeSetting, readIntegers, type SettingField } from './setting-fields.ts';
import classes from './training.module.css';

/** A description beyond this gets two columns, so that fields beside each other stay of like height. */
const longDescription = 110;

type Settings = Record<string, unknown>;

type Props = {
  fields: readonly SettingField[];
  /** The settings that differ from the defaults of the fields. */
  settings: Settings;
  onSettings: (settings: Settings) => void;
  faultAt: (key: string) => string | undefined;
  /** Columns that settings by column may name. */
  columns?: readonly string[];
};

/** Settings as a form, made from their JSON Schema. */
export function SettingInputs({ fields, settings, onSettings, faultAt, columns = [] }: Props) {
  return (
    <div className={classes.fields}>
      {fields.map((field) => (
        <SettingInput
          key={field.key}
          field={field}
          value={settings[field.key] ?? field.defaultValue}
          onChange={(value) => onSettings(changeSetting(settings, field, value))}
          fault={faultAt(field.key)}
          columns={columns}
        />
      ))}
    </div>
  );
}

type InputProps = {
  field: SettingField;
  value: unknown;
  onChange: (value: unknown) => void;
  fault: string | undefined;
  columns: readonly string[];
};

function SettingInput({ field, value, onChange, fault, columns }: InputProps) {
  const isWide = field.kind === 'choices' || field.description.length > longDescription;
  const common = {
    label: field.label,
    description: field.description || undefined,
    error: fault,
    className: isWide ? classes.wide : undefined,
  };
  switch (field.kind) {
    case 'boolean':
      return (
        <Switch
          label={field.label}
          description={field.description}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case 'choice':
      return (
        <Select
          {...common}
          data={field.choices}
          value={typeof value === 'string' ? value : null}
          onChange={(choice) => onChange(choice ?? undefined)}
          allowDeselect={false}
          clearable={field.defaultValue === undefined}
        />
      );
    case 'choices':
      return (
        <MultiSelect
          {...common}
          data={field.choices}
          value={Array.isArray(value) ? value.map(String) : []}
          onChange={onChange}
        />
      );
    case 'text':
      return (
        <TextInput
          {...common}
          value={typeof value === 'string' ? value : ''}
          onChange={(event) => onChange(event.currentTarget.value || undefined)}
        />
      );
    case 'byColumn':
      return (
        <ByColumnInput field={field} value={value} onChange={onChange} fault={fault} columns={columns} />
      );
    case 'integers':
      return <IntegersInput {...common} value={value} onChange={onChange} />;
    case 'integer':
    case 'number':
      return (
        <NumberInput
          {...common}
          value={typeof value === 'number' ? value : ''}
          onChange={(number) => onChange(typeof number === 'number' ? number : undefined)}
          {...(field.min === undefined ? {} : { min: field.min })}
          {...(field.max === undefined ? {} : { max: field.max })}
          allowDecimal={field.kind === 'number'}
          step={stepOf(field)}
          clampBehavior="none"
        />
      );
  }
}

type IntegersProps = {
  label: string;
  description: string | undefined;
  error: string | undefined;
  value: unknown;
  onChange: (value: unknown) => void;
};

/** A list of whole numbers as text; half-written text stays as it is and is not passed on. */
function IntegersInput({ label, description, error, value, onChange }: IntegersProps) {
  const [text, setText] = useState(Array.isArray(value) ? value.join(', ') : '');
  const isFault = readIntegers(text) === null;
  return (
    <TextInput
      label={label}
      description={description}
      value={text}
      error={error ?? (isFault ? 'whole numbers separated by commas' : undefined)}
      onChange={(event) => {
        setText(event.currentTarget.value);
        const read = readIntegers(event.currentTarget.value);
        if (read !== null) onChange(read);
      }}
    />
  );
}

/** Steps of a tenth of the default's size, whole ones for counts. */
function stepOf({ kind, defaultValue }: SettingField): number {
  const size = typeof defaultValue === 'number' && defaultValue !== 0 ? Math.abs(defaultValue) : 1;
  const step = 10 ** Math.floor(Math.log10(size) - (kind === 'integer' ? 1 : 0));
  return kind === 'integer' ? Math.max(1, step) : step;
}
