import { NumberInput, SegmentedControl, Select, Switch, Text } from '@mantine/core';
import { Panel } from '../../components/Panel.tsx';
import type { SectionProps } from './TrainingForm.tsx';
import classes from './training.module.css';
import { type MethodKind, methodLabels, type ValidationDraft, validationLabels } from './validation-draft.ts';

/** How well a recipe does is estimated by, and whether good settings are searched for. */
export function ValidationSection({ draft, data, onChange, faultAt }: SectionProps) {
  const { validation, tuning } = draft.judging;
  const change = (part: Partial<ValidationDraft>) =>
    onChange({ ...draft, judging: { ...draft.judging, ...part } });
  const folds = validation.kind === 'holdout' || validation.kind === 'nested' ? null : validation;
  return (
    <Panel title="7 · Validation and search">
      <div className={classes.row}>
        <SegmentedControl
          aria-label="How quality is estimated"
          value={validation.kind}
          onChange={(kind) => {
            if (kind === 'kfold') change({ validation: { kind } });
            else if (kind === 'group') {
              change({
                validation: { kind, column: draft.split.kind === 'group' ? draft.split.column : '' },
              });
            } else if (kind === 'timeSeries') change({ validation: { kind } });
            else change({ validation: { kind: 'holdout' } });
          }}
          data={Object.entries(validationLabels)
            .filter(([kind]) => kind !== 'nested' || validation.kind === 'nested')
            .map(([value, label]) => ({
              value,
              label,
              disabled: value === 'timeSeries' && draft.split.kind !== 'time',
            }))}
        />
        <Text size="sm" c="dimmed" className={classes.grow}>
          {validation.kind === 'holdout'
            ? 'One part of the rows is kept to stop early on and to compare trials with.'
            : 'Every fold is held out once; the final model learns from all rows but the test part.'}
        </Text>
      </div>
      {folds === null ? null : (
        <div className={classes.row}>
          <NumberInput
            label="Folds"
            value={folds.folds ?? 5}
            min={2}
            max={50}
            w={110}
            error={faultAt('validation/folds')}
            onChange={(count) => {
              if (typeof count === 'number') change({ validation: { ...folds, folds: count } });
            }}
          />
          {folds.kind === 'kfold' ? (
            <NumberInput
              label="Repeats"
              value={folds.repeats ?? 1}
              min={1}
              max={20}
              w={110}
              onChange={(repeats) => {
                if (typeof repeats === 'number') change({ validation: { ...folds, repeats } });
              }}
            />
          ) : null}
          {folds.kind === 'group' ? (
            <Select
              label="Kept together by"
              data={data.version.columns.map(({ name }) => name)}
              searchable
              value={folds.column || null}
              error={faultAt('validation/column')}
              onChange={(column) => change({ validation: { ...folds, column: column ?? '' } })}
            />
          ) : null}
        </div>
      )}
      <Switch
        label="Search for good settings of each trainer"
        checked={tuning !== null}
        onChange={(event) => change({ tuning: event.currentTarget.checked ? { trials: 30 } : null })}
      />
      {tuning === null ? null : (
        <div className={classes.row}>
          <Select
            label="Method"
            data={Object.entries(methodLabels).map(([value, label]) => ({ value, label }))}
            value={tuning.method?.kind ?? 'tpe'}
            allowDeselect={false}
            w={240}
            onChange={(kind) => {
              if (kind !== null) change({ tuning: { ...tuning, method: { kind: kind as MethodKind } } });
            }}
          />
          <NumberInput
            label="Trials"
            value={tuning.trials ?? 30}
            min={1}
            max={10_000}
            w={120}
            error={faultAt('tuning/trials')}
            onChange={(trials) => {
              if (typeof trials === 'number') change({ tuning: { ...tuning, trials } });
            }}
          />
          <NumberInput
            label="Seconds at most"
            placeholder="no limit"
            value={tuning.seconds ?? ''}
            min={1}
            w={150}
            onChange={(seconds) => {
              const { seconds: _, ...rest } = tuning;
              change({ tuning: typeof seconds === 'number' ? { ...rest, seconds } : rest });
            }}
          />
          <Text size="sm" c="dimmed" className={classes.bottom}>
            {faultAt('tuning/space') ??
              faultAt('tuning') ??
              'Every trial is a run below the run of the search.'}
          </Text>
        </div>
      )}
    </Panel>
  );
}
