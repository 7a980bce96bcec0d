import { ActionIcon, NumberInput, Select, Switch, TextInput, Tooltip } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { toFault } from '../../app/api.ts';
import { ToneBadge } from '../../components/ToneBadge.tsx';
import classes from './SettingsPage.module.css';
import { type SettingField, variableOf } from './setting-fields.ts';

export type SettingSource = 'default' | 'file' | 'environment';

type Props = {
  field: SettingField;
  value: unknown;
  source: SettingSource;
  /** Rejects with what the engine says. */
  onChange: (value: unknown) => Promise<unknown>;
};

/** One setting: what it does, its value, where the value comes from, and the way back to the default. */
export function SettingRow({ field, value, source, onChange }: Props) {
  const [error, setError] = useState<string | null>(null);
  const isFixed = source === 'environment';
  const save = (next: unknown) => {
    setError(null);
    onChange(next).catch((thrown: unknown) => {
      const fault = toFault(thrown);
      setError(fault.problems[0]?.message ?? fault.detail);
    });
  };
  return (
    <div className={classes.row}>
      <div className={classes.words}>
        <label htmlFor={field.key} className={classes.label}>
          {field.label}
        </label>
        {field.description ? <p className={classes.help}>{field.description}</p> : null}
        {isFixed ? <p className={classes.help}>Set by {variableOf(field.key)} in the environment.</p> : null}
      </div>
      <div className={classes.control}>
        <Control field={field} value={value} error={error} isFixed={isFixed} onSave={save} />
      </div>
      <div className={classes.origin}>
        {source === 'default' ? (
          <span className="a-dim">default</span>
        ) : (
          <ToneBadge tone={isFixed ? 'warn' : 'info'}>{source === 'file' ? 'changed' : source}</ToneBadge>
        )}
        {source === 'file' ? (
          <Tooltip label={`Back to the default: ${String(field.default)}`}>
            <ActionIcon
              size="sm"
              aria-label={`${field.label}: back to the default`}
              onClick={() => save(null)}
            >
              <IconArrowBackUp size={15} />
            </ActionIcon>
          </Tooltip>
        ) : null}
      </div>
    </div>
  );
}

type ControlProps = {
  field: SettingField;
  value: unknown;
  error: string | null;
  isFixed: boolean;
  onSave: (value: unknown) => void;
};

function Control({ field, value, error, isFixed, onSave }: ControlProps) {
  const common = { id: field.key, disabled: isFixed, error };
  if (field.kind === 'switch') {
    return (
      <Switch
        {...common}
        checked={value === true}
        onChange={(event) => onSave(event.currentTarget.checked)}
      />
    );
  }
  if (field.kind === 'choice') {
    return (
      <Select
        {...common}
        data={[...field.options]}
        value={String(value)}
        allowDeselect={false}
        onChange={(next) => onSave(next)}
      />
    );
  }
  return field.kind === 'number' ? (
    <NumberControl {...common} field={field} value={Number(value)} onSave={onSave} />
  ) : (
    <TextControl {...common} value={String(value ?? '')} onSave={onSave} />
  );
}

type NumberProps = {
  id: string;
  disabled: boolean;
  error: string | null;
  field: Extract<SettingField, { kind: 'number' }>;
  value: number;
  onSave: (value: number) => void;
};

/** Saved on Enter or when left, not on every key. */
function NumberControl({ field, value, onSave, ...common }: NumberProps) {
  const [text, setText] = useState<number | string>(value);
  useEffect(() => setText(value), [value]);
  const commit = () => {
    if (typeof text === 'number' && text !== value) onSave(text);
    else if (typeof text !== 'number') setText(value);
  };
  return (
    <NumberInput
      {...common}
      value={text}
      onChange={setText}
      onBlur={commit}
      onKeyDown={(event) => event.key === 'Enter' && commit()}
      allowDecimal={!field.isInteger}
      clampBehavior="none"
      thousandSeparator=","
      {...(field.min === undefined ? {} : { min: field.min })}
      {...(field.max === undefined ? {} : { max: field.max })}
    />
  );
}

type TextProps = {
  id: string;
  disabled: boolean;
  error: string | null;
  value: string;
  onSave: (value: string) => void;
};

function TextControl({ value, onSave, ...common }: TextProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const commit = () => {
    if (text !== value) onSave(text);
  };
  return (
    <TextInput
      {...common}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => event.key === 'Enter' && commit()}
    />
  );
}
