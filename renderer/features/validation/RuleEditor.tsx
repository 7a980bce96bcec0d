import { Select, Stack, Switch, TagsInput, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { FormDialog } from '../../components/FormDialog.tsx';
import { type AnyRule, parseRule, type RuleField, ruleKinds } from './rule-kinds.ts';

type Props = {
  of: 'column' | 'table';
  /** A rule that is there, or only the kind of a new one. */
  rule: AnyRule | { kind: AnyRule['kind'] };
  title: string;
  columns: readonly string[];
  onDone: (rule: AnyRule) => void;
  onClose: () => void;
};

type Values = Record<string, unknown>;

/** The form of a rule. Severity first, then what its kind has. */
export function RuleEditor({ of, rule, title, columns, onDone, onClose }: Props) {
  const [values, setValues] = useState<Values>({ ...rule });
  const { fields, hint } = ruleKinds[rule.kind];
  const parsed = parseRule(values, of);
  const set = (name: string, value: unknown) =>
    setValues((before) =>
      value === undefined
        ? Object.fromEntries(Object.entries(before).filter(([key]) => key !== name))
        : { ...before, [name]: value },
    );
  return (
    <FormDialog
      title={title}
      submitLabel="Take over"
      canSubmit={typeof parsed !== 'string'}
      onClose={onClose}
      onSubmit={async () => {
        if (typeof parsed !== 'string') onDone(parsed);
      }}
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {hint}
        </Text>
        {fields.map((field) => (
          <Field
            key={field.name}
            field={field}
            value={values[field.name]}
            columns={columns}
            onChange={(value) => set(field.name, value)}
          />
        ))}
        <Select
          label="When it is broken"
          allowDeselect={false}
          data={[
            { value: 'error', label: 'the data fail' },
            { value: 'warn', label: 'the data pass with a warning' },
          ]}
          value={values.severity === 'warn' ? 'warn' : 'error'}
          onChange={(value) => set('severity', value ?? 'error')}
        />
        <TagsInput
          label="Only in environments"
          description="training, serving, or names of your own; everywhere when empty"
          data={['training', 'serving']}
          value={Array.isArray(values.environments) ? values.environments.map(String) : []}
          onChange={(names) => set('environments', names.length === 0 ? undefined : names)}
        />
        {typeof rule === 'object' && 'reason' in rule && rule.reason ? (
          <Text size="sm" c="dimmed">
            Why it was proposed: {rule.reason}
          </Text>
        ) : null}
        {typeof parsed === 'string' ? (
          <Text size="sm" c="dimmed" role="status">
            {parsed}
          </Text>
        ) : null}
      </Stack>
    </FormDialog>
  );
}

type FieldProps = {
  field: RuleField;
  value: unknown;
  columns: readonly string[];
  onChange: (value: unknown) => void;
};

function Field({ field, value, columns, onChange }: FieldProps) {
  const common = { label: field.label, ...(field.hint === undefined ? {} : { description: field.hint }) };
  switch (field.input) {
    case 'switch':
      return (
        <Switch
          label={field.label}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case 'choice':
      return (
        <Select
          {...common}
          allowDeselect={false}
          data={[...(field.choices ?? [])]}
          value={typeof value === 'string' ? value : null}
          onChange={(chosen) => onChange(chosen ?? undefined)}
        />
      );
    case 'reference':
      return (
        <Select
          {...common}
          searchable
          data={[...columns]}
          value={typeof value === 'string' ? value : null}
          onChange={(chosen) => onChange(chosen ?? undefined)}
        />
      );
    case 'sql':
    case 'values':
    case 'names':
      return <Lines {...common} field={field} value={value} onChange={onChange} />;
    default:
      return <Line {...common} field={field} value={value} onChange={onChange} />;
  }
}

type TextProps = Omit<FieldProps, 'columns'> & { label: string; description?: string };

/** What is typed stays as typed; the rule gets what it means. */
function Line({ field, value, onChange, ...common }: TextProps) {
  const [text, setText] = useState(
    Array.isArray(value) ? value.join(', ') : value === undefined ? '' : String(value),
  );
  const isNumber = field.input === 'number' || field.input === 'share';
  return (
    <TextInput
      {...common}
      value={text}
      inputMode={isNumber ? 'decimal' : 'text'}
      onChange={(event) => {
        const typed = event.currentTarget.value;
        setText(typed);
        onChange(meaningOf(typed.trim(), field));
      }}
    />
  );
}

function meaningOf(text: string, { input, name }: RuleField): unknown {
  if (name === 'references') return text === '' ? [] : text.split(',').map((part) => part.trim());
  if (text === '') return undefined;
  const number = Number(text);
  if (input === 'text') return text;
  if (input === 'bound' || input === 'version') return Number.isNaN(number) ? text : number;
  return Number.isNaN(number) ? text : number;
}

function Lines({ field, value, onChange, ...common }: TextProps) {
  const isList = field.input !== 'sql';
  const [text, setText] = useState(Array.isArray(value) ? value.join('\n') : String(value ?? ''));
  const list = Array.isArray(value) ? value : [];
  // Values that are all numbers or truth values stay such when lines are added.
  const isText = field.input === 'names' || list.length === 0 || list.some((one) => typeof one === 'string');
  return (
    <Textarea
      {...common}
      autosize
      minRows={isList ? 3 : 2}
      maxRows={12}
      styles={isList ? {} : { input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      value={text}
      onChange={(event) => {
        const typed = event.currentTarget.value;
        setText(typed);
        if (!isList) onChange(typed.trim() === '' ? undefined : typed);
        else {
          const lines = typed.split('\n').filter((line) => line !== '');
          onChange(isText ? lines : lines.map(plainValue));
        }
      }}
    />
  );
}

function plainValue(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  const number = Number(text);
  return text.trim() === '' || Number.isNaN(number) ? text : number;
}
