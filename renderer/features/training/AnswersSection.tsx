import { MultiSelect, Select } from '@mantine/core';
import type { CalibrationMethod, Recipe, ThresholdChoice } from '../../../local-api/contract/index.ts';
import { Panel } from '../../components/Panel.tsx';
import { ToneBadge } from '../../components/ToneBadge.tsx';
import { type AnswersDraft, countAnswerChanges, evaluationFields, usualAnswers } from './answers-draft.ts';
import { Folded } from './Folded.tsx';
import { SettingInputs } from './SettingInputs.tsx';
import { withoutDefaults } from './setting-fields.ts';
import { ThresholdFields } from './ThresholdFields.tsx';
import type { SectionProps } from './TrainingForm.tsx';
import classes from './training.module.css';
import { WeightFields } from './WeightFields.tsx';

const calibrations: { value: CalibrationMethod; label: string }[] = [
  { value: 'none', label: 'none' },
  { value: 'auto', label: 'the method that helps most, or none' },
  { value: 'sigmoid', label: 'sigmoid (Platt)' },
  { value: 'isotonic', label: 'isotonic, for many rows' },
  { value: 'temperature', label: 'temperature' },
];

/** Weights, calibration, threshold, and what is to be told of the model; folded until something in it was changed or is wrong. */
export function AnswersSection({ draft, data, onChange, faultAt, hasFault }: SectionProps) {
  const { answers, task } = draft;
  const changes = countAnswerChanges(answers, task);
  const change = (part: Partial<AnswersDraft>) => onChange({ ...draft, answers: { ...answers, ...part } });
  const tell = (part: Partial<Recipe['evaluation']>) =>
    change({ evaluation: { ...answers.evaluation, ...part } });
  const columns = data.profile.columns.map(({ name }) => name);
  const isOfClasses = task === 'classification';
  return (
    <Panel
      title="8 · Answers and evaluation"
      aside={changes > 0 ? <ToneBadge tone="info">{changes} changed</ToneBadge> : <span>as usual</span>}
    >
      <Folded
        title="Weights, calibration, threshold, slices"
        isOpenAtFirst={changes > 0}
        hasFault={hasFault}
        foldedText={`All rows count the same, ${isOfClasses ? 'probabilities stay as the trainer gives them, ' : ''}and every metric comes with an interval.`}
      >
        <fieldset className={classes.group}>
          <legend>How much rows count</legend>
          <WeightFields draft={draft} data={data} onChange={change} faultAt={faultAt} />
        </fieldset>
        {isOfClasses ? (
          <fieldset className={classes.group}>
            <legend>Probabilities and answers</legend>
            <Select
              label="Calibration"
              description="Corrects probabilities; becomes part of the model file"
              data={calibrations}
              value={answers.calibration}
              onChange={(value) => {
                const chosen = calibrations.find((one) => one.value === value);
                if (chosen) change({ calibration: chosen.value });
              }}
              allowDeselect={false}
              error={faultAt('calibration')}
              maw={360}
            />
            <ThresholdFields
              threshold={answers.threshold}
              onChange={(threshold: ThresholdChoice) => change({ threshold })}
              fault={faultAt('threshold')}
            />
          </fieldset>
        ) : null}
        <fieldset className={classes.group}>
          <legend>What is told of the model</legend>
          <MultiSelect
            label="Slices"
            description="Columns by whose values the figures are told apart"
            data={columns}
            value={answers.evaluation.slices}
            onChange={(slices) => tell({ slices })}
            error={faultAt('slices')}
            searchable
            clearable
            clearButtonProps={{ 'aria-label': 'No slices' }}
            maw={560}
          />
          {isOfClasses ? (
            <MultiSelect
              label="Fairness"
              description="Columns between whose groups the answers are compared; two classes"
              data={columns}
              value={answers.evaluation.fairness}
              onChange={(fairness) => tell({ fairness })}
              error={faultAt('fairness')}
              searchable
              clearable
              clearButtonProps={{ 'aria-label': 'No groups' }}
              maw={560}
            />
          ) : null}
          <SettingInputs
            fields={evaluationFields}
            settings={withoutDefaults(answers.evaluation, usualAnswers.evaluation)}
            onSettings={(next) => {
              const { slices, fairness } = answers.evaluation;
              // A number that is being typed may still be out of its limits: the contract says so at its field.
              change({ evaluation: { ...usualAnswers.evaluation, slices, fairness, ...next } });
            }}
            faultAt={faultAt}
          />
        </fieldset>
      </Folded>
    </Panel>
  );
}
