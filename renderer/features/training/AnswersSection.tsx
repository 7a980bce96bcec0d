import { MultiSelect, NumberInput, Select, Text } from '@mantine/core';
import { useState } from 'react';
import type { CalibrationMethod, Recipe, ThresholdChoice } from '../../../local-api/contract/index.ts';
import { Panel } from '../../components/Panel.tsx';
import { ToneBadge } from '../../components/ToneBadge.tsx';
import { type AnswersDraft, countAnswerChanges } from './answers-draft.ts';
import { ThresholdFields } from './ThresholdFields.tsx';
import type { SectionProps } from './TrainingForm.tsx';
import classes from './training.module.css';

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
  const [isOpen, setOpen] = useState(changes > 0);
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
      <details
        className={classes.settings}
        open={isOpen || hasFault}
        onToggle={(event) => setOpen(event.currentTarget.open)}
      >
        <summary>Weights, calibration, threshold, slices</summary>
        <fieldset className={classes.group}>
          <legend>How much rows count</legend>
          <WeightFields draft={answers} data={data} task={task} onChange={change} faultAt={faultAt} />
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
          <NumberInput
            label="Points of a learning curve"
            description="0: none. Five take about one more training"
            value={answers.evaluation.learningCurve}
            onChange={(value) => tell({ learningCurve: Number(value) || 0 })}
            min={0}
            max={20}
            allowDecimal={false}
            error={faultAt('learningCurve')}
            maw={360}
          />
        </fieldset>
      </details>
      {isOpen || hasFault ? null : (
        <Text size="sm" c="dimmed" mt="xs">
          All rows count the same, {isOfClasses ? 'probabilities stay as the trainer gives them, ' : ''}and
          every metric comes with an interval.
        </Text>
      )}
    </Panel>
  );
}

type WeightProps = Pick<SectionProps, 'data' | 'faultAt'> & {
  draft: AnswersDraft;
  task: Recipe['task'];
  onChange: (part: Partial<AnswersDraft>) => void;
};

function WeightFields({ draft: { weights }, data, task, onChange, faultAt }: WeightProps) {
  const numbers = data.profile.columns.filter(({ type }) => type === 'integer' || type === 'float');
  const { classes: ofClasses, column, ...rest } = weights;
  const own = typeof ofClasses === 'object' ? [{ value: 'own', label: 'factors of the recipe' }] : [];
  return (
    <>
      <Select
        label="Weight column"
        description="Numbers from 0 on; the column is no feature unless chosen as one"
        placeholder="all rows the same"
        data={numbers.map(({ name }) => name)}
        value={column ?? null}
        onChange={(name) =>
          onChange({
            weights: {
              ...rest,
              ...(ofClasses === undefined ? {} : { classes: ofClasses }),
              ...(name === null ? {} : { column: name }),
            },
          })
        }
        clearable
        clearButtonProps={{ 'aria-label': 'No weight column' }}
        searchable
        error={faultAt('weights.column')}
        maw={360}
      />
      {task === 'classification' ? (
        <Select
          label="Weights of the classes"
          description="Balanced: rare classes count more a row; calibrate to get the probabilities back"
          data={[{ value: 'none', label: 'as they come' }, { value: 'balanced', label: 'balanced' }, ...own]}
          value={ofClasses === undefined ? 'none' : ofClasses === 'balanced' ? 'balanced' : 'own'}
          onChange={(value) => {
            if (value === 'own') return;
            const ofColumn = column === undefined ? {} : { column };
            onChange({
              weights: {
                ...rest,
                ...ofColumn,
                ...(value === 'balanced' ? { classes: 'balanced' as const } : {}),
              },
            });
          }}
          allowDeselect={false}
          error={faultAt('weights.classes')}
          maw={360}
        />
      ) : null}
    </>
  );
}
