import { Autocomplete, Checkbox, Group, NumberInput, SegmentedControl, Switch } from '@mantine/core';
import { useState } from 'react';
import { AutoTrainer, type TrainerInfo } from '../../../../local-api/contract/index.ts';
import type { Task } from '../draft.ts';
import { qualityNames } from '../metric-names.ts';
import classes from './auto.module.css';
import { type AutoSettings, budgets, readAuto, shortAuto, triedKinds, withKind } from './auto-settings.ts';

/** No length of time: the one beside is. */
const other = 'other';

type Props = {
  /** What differs from the usual settings. */
  settings: Readonly<Record<string, unknown>>;
  onSettings: (settings: Record<string, unknown>) => void;
  task: Task;
  trainers: readonly TrainerInfo[];
  /** By the name of a setting. */
  faultAt: (key: string) => string | undefined;
};

/** How long Assay may look for a good model, what a good one is, and what it may be made of. */
export function AutoFields({ settings, onSettings, task, trainers, faultAt }: Props) {
  const auto = readAuto(settings);
  const change = (part: Partial<AutoSettings>) => onSettings(shortAuto({ ...auto, ...part }));
  const usualMetric = task === 'classification' ? 'log_loss' : 'rmse';
  return (
    <div className={classes.fields}>
      <p className={classes.text}>
        Assay fits models of many kinds and compares them on rows that they have not learnt from. It gives you
        the best, or several together where that is better, as one file – with a leaderboard of all of them.
      </p>
      <Budget
        seconds={auto.budgetSeconds}
        onSeconds={(budgetSeconds) => change({ budgetSeconds })}
        fault={faultAt('budgetSeconds')}
      />
      <Autocomplete
        label="What a good model is"
        description={`The metric that models are compared by; ${usualMetric} when empty.`}
        placeholder={usualMetric}
        data={qualityNames(task)}
        value={auto.metric ?? ''}
        onChange={(metric) => change({ metric: metric.trim() === '' ? undefined : metric.trim() })}
        error={faultAt('metric')}
        maw={360}
      />
      <Checkbox.Group
        label="What it may try"
        description="The baseline always takes part."
        value={[...triedKinds(auto)]}
        error={faultAt('trainers')}
      >
        <Group mt={6} gap="md">
          {AutoTrainer.options.map((kind) => (
            <Checkbox
              key={kind}
              value={kind}
              label={trainers.find((trainer) => trainer.kind === kind)?.title ?? kind}
              onChange={(event) => onSettings(shortAuto(withKind(auto, kind, event.currentTarget.checked)))}
            />
          ))}
        </Group>
      </Checkbox.Group>
      <Switch
        label="Bring several models together where that is better"
        description="An ensemble is often a little better than its best member, and takes longer to answer."
        checked={auto.ensemble !== 'none'}
        onChange={(event) => change({ ensemble: event.currentTarget.checked ? 'auto' : 'none' })}
      />
    </div>
  );
}

type BudgetProps = { seconds: number; onSeconds: (seconds: number) => void; fault: string | undefined };

function Budget({ seconds, onSeconds, fault }: BudgetProps) {
  const preset = budgets.find((budget) => budget.seconds === seconds);
  const [isOther, setOther] = useState(preset === undefined);
  const choose = (value: string) => {
    setOther(value === other);
    if (value !== other) onSeconds(Number(value));
  };
  return (
    <div className={classes.budget}>
      <div>
        <span className={classes.label} id="auto-budget">
          How long it may take
        </span>
        <SegmentedControl
          aria-labelledby="auto-budget"
          value={isOther ? other : String(seconds)}
          onChange={choose}
          data={[
            ...budgets.map((budget) => ({ value: String(budget.seconds), label: budget.label })),
            { value: other, label: 'Other' },
          ]}
        />
      </div>
      {isOther ? (
        <NumberInput
          label="Seconds"
          value={seconds}
          min={5}
          max={7 * 86_400}
          step={30}
          allowDecimal={false}
          thousandSeparator=" "
          w={140}
          error={fault}
          onChange={(value) => {
            if (typeof value === 'number') onSeconds(value);
          }}
        />
      ) : null}
    </div>
  );
}
