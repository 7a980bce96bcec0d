import { Checkbox, NumberInput, Select } from '@mantine/core';
import {
  type DriftMethod,
  DriftPreset,
  type DriftRule,
  type DriftSettingsInput,
  defaultDriftRules,
  driftMethods,
} from '../../../local-api/contract/index.ts';
import classes from './DriftSettingsForm.module.css';

export const presetTitles: Readonly<Record<DriftPreset, string>> = {
  honest: 'Size and significance',
  evidently: 'As Evidently does',
  nannyml: 'As NannyML does',
  whylogs: 'As whylogs does',
};

const presetMeanings: Readonly<Record<DriftPreset, string>> = {
  honest:
    'A column has drifted when its change is large enough to matter and more than chance explains, corrected for the number of columns.',
  evidently:
    'A method a column, by its type, its different values and the size of the reference; fixed thresholds, no correction.',
  nannyml: 'Jensen–Shannon distance with bins of the reference, for every column; from 0.1 on it is drift.',
  whylogs:
    'Kolmogorov–Smirnov for numbers, chi-squared for labels: drift up to p 0.05, “perhaps” up to 0.15.',
};

type Settings = Pick<
  DriftSettingsInput,
  'preset' | 'thresholds' | 'level' | 'smallestEffect' | 'rule' | 'allMethods'
>;
type Props = {
  settings: Settings;
  onChange: (settings: Settings) => void;
  /** Methods that were chosen for columns: their thresholds can be set. */
  chosen: readonly DriftMethod[];
};

/** Who decides about a column, from where on, and when the whole counts as drifted. */
export function DriftSettingsForm({ settings, onChange, chosen }: Props) {
  const preset = settings.preset ?? 'honest';
  const set = (change: Partial<Settings>) => onChange({ ...settings, ...change });
  return (
    <div className={classes.form}>
      <Select
        label="How a column is judged"
        description={presetMeanings[preset]}
        allowDeselect={false}
        data={DriftPreset.options.map((value) => ({ value, label: presetTitles[value] }))}
        value={preset}
        onChange={(value) => {
          const known = DriftPreset.options.find((one) => one === value) ?? 'honest';
          const { rule: _, ...rest } = settings;
          onChange({ ...rest, preset: known });
        }}
      />
      {preset === 'honest' ? (
        <div className={classes.numbers}>
          <NumberInput
            label="A change matters from"
            description="standard deviations on"
            value={settings.smallestEffect ?? 0.1}
            min={0}
            step={0.05}
            decimalScale={3}
            onChange={(value) => typeof value === 'number' && set({ smallestEffect: value })}
          />
          <NumberInput
            label="False alarms"
            description="in so many percent of reports without drift"
            value={Number(((settings.level ?? 0.05) * 100).toPrecision(6))}
            min={0.01}
            max={50}
            step={1}
            suffix=" %"
            onChange={(value) => typeof value === 'number' && value > 0 && set({ level: value / 100 })}
          />
        </div>
      ) : null}
      {chosen.length > 0 ? (
        <div className={classes.numbers}>
          {chosen.map((method) => {
            const { title, alert, defaultThreshold } = driftMethods[method];
            return (
              <NumberInput
                key={method}
                label={title}
                description={alert === 'p-value' ? 'drift below this p-value' : 'drift from this score on'}
                value={settings.thresholds?.[method] ?? defaultThreshold}
                min={0}
                step={0.01}
                decimalScale={4}
                onChange={(value) =>
                  typeof value === 'number' &&
                  value > 0 &&
                  set({ thresholds: { ...settings.thresholds, [method]: value } })
                }
              />
            );
          })}
        </div>
      ) : null}
      <RuleFields rule={settings.rule ?? defaultDriftRules[preset]} onChange={(rule) => set({ rule })} />
      <Checkbox
        label="Compute the slow methods too"
        description="Epps–Singleton, MMD and permutation tests, for the table of methods"
        checked={settings.allMethods ?? false}
        onChange={(event) => set({ allMethods: event.currentTarget.checked })}
      />
    </div>
  );
}

const rules = [
  { value: 'any', label: 'any column has' },
  { value: 'share', label: 'a share of the columns have' },
  { value: 'count', label: 'a number of columns have' },
];

function RuleFields({ rule, onChange }: { rule: DriftRule; onChange: (rule: DriftRule) => void }) {
  return (
    <div className={classes.rule}>
      <Select
        label="The whole counts as drifted when"
        allowDeselect={false}
        data={rules}
        value={rule.by}
        onChange={(by) => {
          if (by === 'share') onChange({ by, share: 0.5 });
          else if (by === 'count') onChange({ by, count: 2 });
          else onChange({ by: 'any' });
        }}
      />
      {rule.by === 'share' ? (
        <NumberInput
          label="Share of the columns"
          value={Number((rule.share * 100).toPrecision(6))}
          min={0}
          max={100}
          step={5}
          suffix=" %"
          onChange={(value) => typeof value === 'number' && onChange({ by: 'share', share: value / 100 })}
        />
      ) : null}
      {rule.by === 'count' ? (
        <NumberInput
          label="Number of columns"
          value={rule.count}
          min={1}
          allowDecimal={false}
          onChange={(value) => typeof value === 'number' && onChange({ by: 'count', count: value })}
        />
      ) : null}
    </div>
  );
}
