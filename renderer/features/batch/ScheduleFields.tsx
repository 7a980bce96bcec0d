import { Checkbox, TextInput } from '@mantine/core';
import type { Schedule } from '../../../local-api/contract/index.ts';
import { CronField, TimeZoneField } from '../../components/CronField.tsx';
import classes from './batch.module.css';

export type ScheduleForm = { name: string; cron: string; timeZone: string; catchUp: boolean };

export function newSchedule(): ScheduleForm {
  return {
    name: '',
    cron: '0 6 * * *',
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    catchUp: false,
  };
}

export function scheduleFormOf({ name, cron, timeZone, catchUp }: Schedule): ScheduleForm {
  return { name, cron, timeZone, catchUp: catchUp === 'once' };
}

/** As the API takes it. */
export function timesOf({ name, cron, timeZone, catchUp }: ScheduleForm) {
  return { name, cron, timeZone, catchUp: catchUp ? ('once' as const) : ('skip' as const) };
}

type Props = { form: ScheduleForm; set: (change: Partial<ScheduleForm>) => void };

/** The times of a schedule, with the next five as they will be. */
export function ScheduleFields({ form, set }: Props) {
  return (
    <div className={classes.fields}>
      <div className={classes.columns}>
        <TextInput
          label="Name"
          placeholder="nightly"
          value={form.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        <TimeZoneField value={form.timeZone} onChange={(timeZone) => set({ timeZone })} />
      </div>
      <CronField value={form} onChange={(cron) => set({ cron })} />
      <Checkbox
        label="When the engine was not running at a time, run once as soon as it is"
        checked={form.catchUp}
        onChange={(event) => set({ catchUp: event.currentTarget.checked })}
      />
    </div>
  );
}
