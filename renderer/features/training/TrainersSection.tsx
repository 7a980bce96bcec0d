import { Checkbox, NumberInput, Select, Switch, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { TrainerInfo } from '../../../local-api/contract/index.ts';
import { Panel } from '../../components/Panel.tsx';
import { ToneBadge } from '../../components/ToneBadge.tsx';
import { changeSetting, readIntegers, type SettingField, settingFields } from './setting-fields.ts';
import type { SectionProps } from './TrainingForm.tsx';
import classes from './training.module.css';

type Settings = Record<string, unknown>;

/** Ways of fitting; each chosen one becomes a run of its own. */
export function TrainersSection({ draft, data, onChange, faultAt }: SectionProps) {
  const fitting = data.trainers.filter((trainer) => trainer.tasks.includes(draft.task));
  const set = (kind: string, settings: Settings | null) => {
    const others = Object.entries(draft.trainers).filter(([known]) => known !== kind);
    const next = settings === null ? others : [...others, [kind, settings] as const];
    // Runs start in the order of the list, whatever was clicked first.
    const order = data.trainers.map((trainer) => trainer.kind);
    next.sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
    onChange({ ...draft, trainers: Object.fromEntries(next) });
  };
  const fault = faultAt('');
  return (
    <Panel title="5 · Trainers">
      {fault ? (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {fault}
        </Text>
      ) : null}
      <div className={classes.trainers}>
        {fitting.map((trainer) => (
          <TrainerChoice
            key={trainer.kind}
            trainer={trainer}
            settings={draft.trainers[trainer.kind] ?? null}
            onSettings={(settings) => set(trainer.kind, settings)}
            faultAt={faultAt}
          />
        ))}
      </div>
    </Panel>
  );
}

type ChoiceProps = {
  trainer: TrainerInfo;
  /** null: not chosen. */
  settings: Settings | null;
  onSettings: (settings: Settings | null) => void;
  faultAt: (field: string) => string | undefined;
};

function TrainerChoice({ trainer, settings, onSettings, faultAt }: ChoiceProps) {
  const fields = settingFields(trainer);
  const changed = Object.keys(settings ?? {}).length;
  const fault = faultAt(trainer.kind);
  const hasFault = fields.some((field) => faultAt(`${trainer.kind}.${field.key}`) !== undefined);
  const [isOpen, setOpen] = useState(false);
  return (
    <div className={classes.trainer} data-chosen={settings !== null || undefined}>
      <Checkbox
        label={trainer.title}
        description={trainer.summary}
        checked={settings !== null}
        onChange={(event) => onSettings(event.currentTarget.checked ? {} : null)}
        error={fault}
      />
      {settings !== null && fields.length > 0 ? (
        <details
          className={classes.settings}
          open={isOpen || hasFault}
          onToggle={(event) => setOpen(event.currentTarget.open)}
        >
          <summary>
            Settings {changed > 0 ? <ToneBadge tone="info">{changed} changed</ToneBadge> : null}
          </summary>
          <div className={classes.fields}>
            {fields.map((field) => (
              <SettingInput
                key={field.key}
                field={field}
                value={settings[field.key] ?? field.defaultValue}
                onChange={(value) => onSettings(changeSetting(settings, field, value))}
                fault={faultAt(`${trainer.kind}.${field.key}`)}
              />
            ))}
          </div>
        </details>
      ) : null}
    </div>
  );
}

type InputProps = {
  field: SettingField;
  value: unknown;
  onChange: (value: unknown) => void;
  fault: string | undefined;
};

function SettingInput({ field, value, onChange, fault }: InputProps) {
  const common = { label: field.label, description: field.description || undefined, error: fault };
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
        />
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
