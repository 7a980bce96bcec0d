import { NumberInput, SegmentedControl, Select, Switch, Text } from '@mantine/core';
import { formatPercent } from '../../app/format.ts';
import { Panel } from '../../components/Panel.tsx';
import { datetimeColumns, type SplitDraft } from './draft.ts';
import type { SectionProps } from './TrainingForm.tsx';
import classes from './training.module.css';

/** Which rows are kept back to test on. */
export function SplitSection({ draft, data, onChange, faultAt }: SectionProps) {
  const { split } = draft;
  const dates = datetimeColumns(data.version);
  const change = (part: Partial<SplitDraft>) => onChange({ ...draft, split: { ...split, ...part } });
  return (
    <Panel title="5 · Split">
      <div className={classes.row}>
        <SegmentedControl
          aria-label="How rows are shared out"
          value={split.kind}
          onChange={(kind) => {
            if (kind === 'time') change({ kind, column: dates[0] ?? '' });
            else if (kind === 'group') change({ kind, column: '' });
            else change({ kind: 'random' });
          }}
          data={[
            { value: 'random', label: 'At random' },
            { value: 'time', label: 'By time', disabled: dates.length === 0 },
            { value: 'group', label: 'By group' },
          ]}
        />
        <Text size="sm" c="dimmed" className={classes.grow}>
          {splitWords(split.kind, dates.length > 0)}
        </Text>
      </div>
      <div className={classes.row}>
        {split.kind !== 'random' ? (
          <Select
            label={split.kind === 'time' ? 'Ordered by' : 'Kept together by'}
            data={split.kind === 'time' ? dates : data.version.columns.map(({ name }) => name)}
            searchable
            value={split.column || null}
            onChange={(column) => change({ column: column ?? '' })}
            error={faultAt('column')}
          />
        ) : null}
        <Share
          label="Test"
          value={split.test}
          onChange={(test) => change({ test })}
          fault={faultAt('test') ?? faultAt('')}
        />
        <Share
          label="Validation"
          value={split.validation}
          onChange={(validation) => change({ validation })}
          fault={faultAt('validation')}
        />
        <Text size="sm" c="dimmed" className={classes.bottom}>
          leaves {formatPercent(Math.max(0, 1 - split.test - split.validation), 0)} to train on
        </Text>
      </div>
      {split.kind === 'random' && draft.task === 'classification' ? (
        <Switch
          label="Keep the shares of the classes equal in all parts"
          checked={split.stratify}
          onChange={(event) => change({ stratify: event.currentTarget.checked })}
        />
      ) : null}
    </Panel>
  );
}

function splitWords(kind: SplitDraft['kind'], hasDates: boolean): string {
  if (kind === 'time') return 'The newest rows are kept to test on, as it will be when the model is used.';
  if (kind === 'group') {
    return 'Rows with the same value stay together: the test part has only customers, patients or machines that training never saw.';
  }
  return hasDates
    ? 'Rows are drawn at random. With dates, a time split tells more honestly how well the future is predicted.'
    : 'Rows are drawn at random. A time split needs a date column.';
}

type ShareProps = {
  label: string;
  value: number;
  onChange: (share: number) => void;
  fault: string | undefined;
};

function Share({ label, value, onChange, fault }: ShareProps) {
  return (
    <NumberInput
      label={label}
      value={Math.round(value * 1000) / 10}
      onChange={(percent) => {
        if (typeof percent === 'number') onChange(percent / 100);
      }}
      min={1}
      max={90}
      step={5}
      suffix=" %"
      error={fault}
      w={110}
    />
  );
}
