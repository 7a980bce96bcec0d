import { Autocomplete, Button, Checkbox, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { Schedule } from '../../../local-api/contract/index.ts';
import { toFault } from '../../app/api.ts';
import classes from './batch.module.css';
import { useNextTimes } from './batch-queries.ts';

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

const examples = [
  { label: 'Every hour', cron: '0 * * * *' },
  { label: 'Every day at 6', cron: '0 6 * * *' },
  { label: 'Weekdays at 6', cron: '0 6 * * mon-fri' },
  { label: 'Mondays', cron: '0 6 * * mon' },
  { label: 'First of the month', cron: '0 6 1 * *' },
];

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
        <Autocomplete
          label="Time zone"
          data={['UTC', ...Intl.supportedValuesOf('timeZone')]}
          limit={30}
          value={form.timeZone}
          onChange={(timeZone) => set({ timeZone })}
        />
      </div>
      <TextInput
        label="Times"
        description="Minute, hour, day of month, month, day of week"
        value={form.cron}
        onChange={(event) => set({ cron: event.currentTarget.value })}
      />
      <div className={classes.row}>
        {examples.map(({ label, cron }) => (
          <Button key={cron} size="compact-xs" variant="default" onClick={() => set({ cron })}>
            {label}
          </Button>
        ))}
      </div>
      <NextTimes cron={form.cron} timeZone={form.timeZone} />
      <Checkbox
        label="When the engine was not running at a time, run once as soon as it is"
        checked={form.catchUp}
        onChange={(event) => set({ catchUp: event.currentTarget.checked })}
      />
    </div>
  );
}

function NextTimes({ cron, timeZone }: Pick<ScheduleForm, 'cron' | 'timeZone'>) {
  const [asked] = useDebouncedValue({ cron, timeZone }, 250);
  const next = useNextTimes(asked.cron, asked.timeZone);
  if (next.error)
    return (
      <p role="alert" className="a-dim">
        {toFault(next.error).detail}
      </p>
    );
  if (next.data === undefined) return null;
  const { times } = next.data;
  return (
    <section aria-label="Next times">
      <p className="a-dim">{times.length === 0 ? 'There is no such time.' : 'Next times, in that zone:'}</p>
      <ol className={classes.times}>
        {times.map((time) => (
          <li key={time}>{inZone(time, asked.timeZone)}</li>
        ))}
      </ol>
    </section>
  );
}

/** A moment as clocks of a zone show it: Sat, 21 Nov 2026, 06:00. */
export function inZone(timeMs: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  }).format(timeMs);
}
