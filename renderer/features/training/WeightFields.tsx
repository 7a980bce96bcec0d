import { NumberInput, Select, Switch } from '@mantine/core';
import type { Weights } from '../../../local-api/contract/index.ts';
import type { AnswersDraft } from './answers-draft.ts';
import { classesOf } from './classes-of.ts';
import type { Draft } from './draft.ts';
import type { SectionProps } from './TrainingForm.tsx';
import classes from './training.module.css';

type Props = Pick<SectionProps, 'data' | 'faultAt'> & {
  draft: Draft;
  onChange: (part: Partial<AnswersDraft>) => void;
};

/** How much each row counts: by a column, by its class. */
export function WeightFields({ draft, data, onChange, faultAt }: Props) {
  const { weights } = draft.answers;
  const numbers = data.profile.columns.filter(({ type }) => type === 'integer' || type === 'float');
  const set = ({ column, classes: ofClasses, inFigures }: Weights) =>
    onChange({
      weights: {
        inFigures: inFigures && column !== undefined,
        ...(column === undefined ? {} : { column }),
        ...(ofClasses === undefined ? {} : { classes: ofClasses }),
      },
    });
  return (
    <>
      <Select
        label="Weight column"
        description="Numbers from 0 on; the column is no feature unless chosen as one"
        placeholder="all rows the same"
        data={numbers.map(({ name }) => name)}
        value={weights.column ?? null}
        onChange={(name) => set({ ...weights, column: name ?? undefined })}
        clearable
        clearButtonProps={{ 'aria-label': 'No weight column' }}
        searchable
        error={faultAt('weights.column')}
        maw={360}
      />
      {weights.column === undefined ? null : (
        <Switch
          label="Rows count by it in the figures too"
          checked={weights.inFigures}
          onChange={(event) => set({ ...weights, inFigures: event.currentTarget.checked })}
          my="xs"
        />
      )}
      {draft.task === 'classification' ? (
        <ClassWeights
          names={classesOf(draft.target, data.profile)}
          value={weights.classes}
          onChange={(value) => set({ ...weights, classes: value })}
          fault={faultAt('weights.classes')}
        />
      ) : null}
    </>
  );
}

const ways = [
  { value: 'none', label: 'as they come' },
  { value: 'balanced', label: 'balanced' },
  { value: 'own', label: 'a factor for each class' },
];

type ClassProps = {
  /** Classes of the target, as far as they are known. */
  names: readonly string[];
  value: Weights['classes'];
  onChange: (value: Weights['classes']) => void;
  fault: string | undefined;
};

function ClassWeights({ names, value, onChange, fault }: ClassProps) {
  const own = typeof value === 'object' ? value : null;
  const shown = [...new Set([...names, ...Object.keys(own ?? {})])];
  return (
    <>
      <Select
        label="Weights of the classes"
        description="Balanced: rare classes count more a row; calibrate to get the probabilities back"
        data={shown.length > 0 ? ways : ways.filter((way) => way.value !== 'own')}
        value={own ? 'own' : value === 'balanced' ? 'balanced' : 'none'}
        onChange={(way) => {
          if (way === 'own') onChange(Object.fromEntries(shown.map((name) => [name, 1])));
          else onChange(way === 'balanced' ? 'balanced' : undefined);
        }}
        allowDeselect={false}
        error={fault}
        maw={360}
      />
      {own === null ? null : (
        <div className={classes.fields}>
          {shown.map((name) => (
            <NumberInput
              key={name}
              label={name}
              aria-label={`Factor of ${name}`}
              value={own[name] ?? 1}
              onChange={(factor) => {
                if (typeof factor === 'number') onChange({ ...own, [name]: factor });
              }}
              min={0}
              step={0.5}
            />
          ))}
        </div>
      )}
    </>
  );
}
