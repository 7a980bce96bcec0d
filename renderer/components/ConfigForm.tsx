import { Checkbox, NumberInput, PasswordInput, Select, TextInput } from '@mantine/core';
import type { TargetConfig } from '../../local-api/contract/index.ts';
import type { ConfigField } from './config-fields.ts';

type Props = {
  fields: readonly ConfigField[];
  values: TargetConfig;
  onValue: (name: string, value: TargetConfig[string]) => void;
  secrets: Readonly<Record<string, string>>;
  onSecret: (name: string, value: string) => void;
  /** Secrets that are kept already: what is left empty stays. */
  kept: readonly string[];
};

/** A form made from the schema of a kind of target or connection. */
export function ConfigForm({ fields, ...form }: Props) {
  return fields.map((field) => <Field key={field.name} field={field} {...form} />);
}

function Field({
  field,
  values,
  onValue,
  secrets,
  onSecret,
  kept,
}: Omit<Props, 'fields'> & { field: ConfigField }) {
  const { name, label, description, type, isSecret, isRequired } = field;
  const shared = { label, description, mb: 'sm' as const };
  const value = values[name];
  if (isSecret)
    return (
      <PasswordInput
        {...shared}
        placeholder={kept.includes(name) ? 'Kept; type to replace it' : ''}
        autoComplete="off"
        value={secrets[name] ?? ''}
        onChange={(event) => onSecret(name, event.currentTarget.value)}
      />
    );
  if (type === 'boolean')
    return (
      <Checkbox
        {...shared}
        checked={value === true}
        onChange={(event) => onValue(name, event.currentTarget.checked)}
      />
    );
  if (type === 'number')
    return (
      <NumberInput
        {...shared}
        required={isRequired}
        value={typeof value === 'number' ? value : ''}
        onChange={(given) => onValue(name, typeof given === 'number' ? given : null)}
      />
    );
  if (type === 'choice')
    return (
      <Select
        {...shared}
        required={isRequired}
        data={field.choices}
        value={typeof value === 'string' ? value : null}
        onChange={(given) => onValue(name, given)}
        clearable={!isRequired}
      />
    );
  const isList = type === 'list';
  const text = Array.isArray(value)
    ? value.join(', ')
    : value === undefined || value === null
      ? ''
      : String(value);
  return (
    <TextInput
      {...shared}
      description={isList ? `${description} Separated by commas.`.trim() : description}
      required={isRequired}
      value={text}
      onChange={({ currentTarget }) =>
        onValue(name, isList ? listOf(currentTarget.value) : currentTarget.value)
      }
    />
  );
}

/** An end with a comma stays, or nobody could type a second item. */
function listOf(text: string): string[] {
  return text
    .split(',')
    .map((item, index, all) => (index === all.length - 1 ? item.trimStart() : item.trim()));
}
