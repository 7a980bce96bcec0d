import { SegmentedControl, Switch, Text } from '@mantine/core';
import { Panel } from '../../components/Panel.tsx';
import { autoKind } from './auto/auto-settings.ts';
import { FoldChoice, FoldFields } from './search/FoldFields.tsx';
import { SearchFields } from './search/SearchFields.tsx';
import type { SectionProps } from './TrainingForm.tsx';
import classes from './training.module.css';
import { type ValidationDraft, type ValidationInput, validationLabels } from './validation-draft.ts';

/** How well a recipe does is estimated by, and whether good settings are searched for. */
export function ValidationSection({ draft, data, onChange, faultAt }: SectionProps) {
  const { validation, tuning } = draft.judging;
  const judge = (judging: ValidationDraft) => onChange({ ...draft, judging });
  const set = (next: ValidationInput) => judge({ ...draft.judging, validation: next });
  const isAuto = autoKind in draft.trainers;
  const hasTime = draft.split.kind === 'time';
  const group = draft.split.kind === 'group' ? draft.split.column : '';
  const columns = data.version.columns.map(({ name }) => name);
  const foldFault = (key: string) => faultAt(`validation/${key}`);
  return (
    <Panel title={isAuto ? '7 · Validation' : '7 · Validation and search'}>
      <div className={classes.row}>
        <SegmentedControl
          aria-label="How quality is estimated"
          value={validation.kind}
          onChange={(kind) => {
            if (kind === 'kfold' || kind === 'timeSeries') set({ kind });
            else if (kind === 'group') set({ kind, column: group });
            else if (kind === 'nested') {
              const scheme =
                group === '' ? ({ kind: 'kfold' } as const) : ({ kind: 'group', column: group } as const);
              judge({
                ...draft.judging,
                validation: { kind, outer: scheme, inner: { ...scheme, folds: 3 } },
                tuning: tuning ?? { trials: 30 },
              });
            } else set({ kind: 'holdout' });
          }}
          data={Object.entries(validationLabels)
            .filter(([kind]) => kind !== 'nested' || !isAuto)
            .map(([value, label]) => ({ value, label, disabled: value === 'timeSeries' && !hasTime }))}
        />
        <Text size="sm" c="dimmed" className={classes.grow}>
          {validationWords(validation.kind, isAuto)}
        </Text>
      </div>
      {faultAt('validation') ? (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {faultAt('validation')}
        </Text>
      ) : null}
      {validation.kind === 'nested' ? (
        (['outer', 'inner'] as const).map((part) => (
          <fieldset key={part} className={classes.group}>
            <legend>
              {part === 'outer'
                ? 'Outer folds: how well the search does'
                : 'Inner folds: which trial is best'}
            </legend>
            <FoldChoice
              label={part === 'outer' ? 'Outer folds' : 'Inner folds'}
              scheme={validation[part]}
              onScheme={(scheme) => set({ ...validation, [part]: scheme })}
              columns={columns}
              hasTime={hasTime}
              faultAt={(key) => foldFault(`${part}/${key}`)}
            />
          </fieldset>
        ))
      ) : validation.kind === 'holdout' ? null : (
        <FoldFields scheme={validation} onScheme={set} columns={columns} faultAt={foldFault} />
      )}
      {isAuto ? null : (
        <Switch
          label="Search for good settings of each trainer"
          description="Every trial is a run below the run of the search."
          checked={tuning !== null}
          onChange={(event) =>
            judge({ ...draft.judging, tuning: event.currentTarget.checked ? { trials: 30 } : null })
          }
          mt="md"
        />
      )}
      {tuning === null || isAuto ? null : (
        <SearchFields
          draft={draft}
          tuning={tuning}
          trainers={data.trainers}
          onJudging={judge}
          faultAt={faultAt}
        />
      )}
    </Panel>
  );
}

function validationWords(kind: ValidationInput['kind'], isAuto: boolean): string {
  if (kind === 'holdout') {
    return isAuto
      ? 'Assay chooses: folds where there are few rows, one part that is held out where there are many.'
      : 'One part of the rows is kept to stop early on and to compare trials with.';
  }
  return kind === 'nested'
    ? 'A search within each outer fold: tells honestly how well a search does, and takes that many times as long.'
    : 'Every fold is held out once; the final model learns from all rows but the test part.';
}
