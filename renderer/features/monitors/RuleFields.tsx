import { NumberInput, SegmentedControl, Select } from '@mantine/core';
import { monitorMetrics } from '../../../local-api/contract/index.ts';
import { CronField, TimeZoneField } from '../../components/CronField.tsx';
import { conditionsFor, isShare, type MonitorForm, schedulesFor } from './monitor-form.ts';
import { severityLabels } from './monitor-words.ts';
import classes from './monitors.module.css';
import type { FieldsProps } from './WatchFields.tsx';

/** When checks come. */
export function ScheduleChoice({ form, set }: FieldsProps) {
  return (
    <div className={classes.fields}>
      <SegmentedControl
        aria-label="When it checks"
        data={schedulesFor(form.kind)}
        value={form.schedule}
        onChange={(schedule) => set({ schedule: schedule as MonitorForm['schedule'] })}
      />
      {form.schedule === 'cron' ? (
        <>
          <div className={classes.columns}>
            <TimeZoneField value={form.timeZone} onChange={(timeZone) => set({ timeZone })} />
          </div>
          <CronField value={form} onChange={(cron) => set({ cron })} />
        </>
      ) : null}
      {form.schedule === 'requests' ? (
        <NumberInput
          label="Logged requests from check to check"
          w={260}
          min={10}
          max={1_000_000}
          value={form.every}
          onChange={(every) => typeof every === 'number' && set({ every })}
        />
      ) : null}
      <p className={classes.note}>
        {form.schedule === 'versions'
          ? 'A version that comes while the engine is off is looked at when it is back.'
          : 'Times missed while the engine is off are made up for by one check.'}
      </p>
    </div>
  );
}

/** What makes a check a breach, and when breaches become an alert. */
export function RuleFields({ form, set }: FieldsProps) {
  const scale = isShare(form) ? 100 : 1;
  const setNumber = (key: 'deviations' | 'consecutive' | 'coolDownMinutes') => (value: number | string) =>
    typeof value === 'number' && set({ [key]: value });
  return (
    <div className={classes.fields}>
      <div className={classes.columns}>
        <Select
          label="When"
          description="What makes a check a breach"
          allowDeselect={false}
          data={conditionsFor(form.kind)}
          value={form.when}
          onChange={(when) => set({ when: (when ?? form.when) as MonitorForm['when'] })}
        />
        <Select
          label="Figure"
          description={form.when === 'verdict' ? 'What the history shows' : 'Of each check'}
          allowDeselect={false}
          data={monitorMetrics[form.kind].map(({ id, title }) => ({ value: id, label: title }))}
          value={form.metric}
          onChange={(metric) => set({ metric: metric ?? form.metric })}
        />
        {form.when === 'above' || form.when === 'below' ? (
          <NumberInput
            label={isShare(form) ? 'Limit (%)' : 'Limit'}
            value={Number((form.limit * scale).toPrecision(12))}
            onChange={(limit) => typeof limit === 'number' && set({ limit: limit / scale })}
          />
        ) : null}
        {form.when === 'unusual' ? (
          <NumberInput
            label="Standard deviations"
            description="From the mean of the last 30 quiet checks; needs five"
            min={1}
            max={10}
            step={0.5}
            value={form.deviations}
            onChange={setNumber('deviations')}
          />
        ) : null}
      </div>
      <div className={classes.columns}>
        <NumberInput
          label="Breaches in a row"
          description="Until an alert is raised"
          min={1}
          max={100}
          value={form.consecutive}
          onChange={setNumber('consecutive')}
        />
        <NumberInput
          label="Cool-down (minutes)"
          description="After an alert, no other one for so long"
          min={0}
          max={43_200}
          value={form.coolDownMinutes}
          onChange={setNumber('coolDownMinutes')}
        />
        <Select
          label="Severity"
          description="How loud it is"
          allowDeselect={false}
          data={Object.entries(severityLabels).map(([value, { label }]) => ({ value, label }))}
          value={form.severity}
          onChange={(severity) => set({ severity: (severity ?? form.severity) as MonitorForm['severity'] })}
        />
      </div>
    </div>
  );
}
