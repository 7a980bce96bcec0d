import { Checkbox, Text } from '@mantine/core';
import type { TrainerInfo } from '../../../local-api/contract/index.ts';
import { Panel } from '../../components/Panel.tsx';
import { AutoFields } from './auto/AutoFields.tsx';
import { autoKind } from './auto/auto-settings.ts';
import { WhoChooses } from './auto/WhoChooses.tsx';
import { chosenFeatures } from './chosen-features.ts';
import type { Task } from './draft.ts';
import { Folded } from './Folded.tsx';
import { SettingInputs } from './SettingInputs.tsx';
import { settingFields } from './setting-fields.ts';
import type { SectionProps } from './TrainingForm.tsx';
import classes from './training.module.css';
import { usefulFields } from './useful-fields.ts';

type Settings = Record<string, unknown>;

/** Ways of fitting, each chosen one a run of its own; or Assay tries them all and chooses. */
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
  const numbers = chosenFeatures(draft, data.profile)
    .filter(({ role }) => role === 'number')
    .map(({ name }) => name);
  const fault = faultAt('');
  const auto = draft.trainers[autoKind];
  return (
    <Panel title="6 · Trainers">
      {fault ? (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {fault}
        </Text>
      ) : null}
      <WhoChooses
        trainers={draft.trainers}
        usual={fitting.map(({ kind }) => kind)}
        onChange={(trainers) => onChange({ ...draft, trainers })}
      />
      {auto ? (
        <AutoFields
          settings={auto}
          onSettings={(settings) => onChange({ ...draft, trainers: { [autoKind]: settings } })}
          task={draft.task}
          trainers={data.trainers}
          faultAt={(key) => faultAt(`${autoKind}.${key}`)}
        />
      ) : (
        <div className={classes.trainers}>
          {fitting.map((trainer) => (
            <TrainerChoice
              key={trainer.kind}
              trainer={trainer}
              settings={draft.trainers[trainer.kind] ?? null}
              task={draft.task}
              columns={numbers}
              onSettings={(settings) => set(trainer.kind, settings)}
              faultAt={faultAt}
            />
          ))}
        </div>
      )}
    </Panel>
  );
}

type ChoiceProps = {
  trainer: TrainerInfo;
  task: Task;
  /** Features that are numbers. */
  columns: readonly string[];
  /** null: not chosen. */
  settings: Settings | null;
  onSettings: (settings: Settings | null) => void;
  faultAt: (field: string) => string | undefined;
};

function TrainerChoice({ trainer, columns, task, settings, onSettings, faultAt }: ChoiceProps) {
  const fields = settingFields(trainer);
  const changed = Object.keys(settings ?? {}).length;
  const fault = faultAt(trainer.kind);
  const hasFault = fields.some((field) => faultAt(`${trainer.kind}.${field.key}`) !== undefined);
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
        <Folded title="Settings" changed={changed} hasFault={hasFault}>
          <SettingInputs
            fields={usefulFields(fields, settings, task)}
            settings={settings}
            columns={columns}
            onSettings={onSettings}
            faultAt={(key) => faultAt(`${trainer.kind}.${key}`)}
          />
        </Folded>
      ) : null}
    </div>
  );
}
