import { Autocomplete, Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { client, toFault } from '../app/api.ts';
import classes from './CronField.module.css';

export type CronTimes = { cron: string; timeZone: string };

const examples = [
  { label: 'Every hour', cron: '0 * * * *' },
  { label: 'Every day at 6', cron: '0 6 * * *' },
  { label: 'Weekdays at 6', cron: '0 6 * * mon-fri' },
  { label: 'Mondays', cron: '0 6 * * mon' },
  { label: 'First of the month', cron: '0 6 1 * *' },
];

type FieldProps<T> = { value: T; onChange: (value: T) => void };

/** A time zone by its IANA name. */
export function TimeZoneField({ value, onChange }: FieldProps<string>) {
  return (
    <Autocomplete
      label="Time zone"
      data={['UTC', ...Intl.supportedValuesOf('timeZone')]}
      limit={30}
      value={value}
      onChange={onChange}
    />
  );
}

/** Times as a cron expression, with the usual ones to choose from and the next five as they will be. */
export function CronField({ value, onChange }: { value: CronTimes; onChange: (cron: string) => void }) {
  return (
    <>
      <TextInput
        label="Times"
        description="Minute, hour, day of month, month, day of week"
        value={value.cron}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <div className={classes.examples}>
        {examples.map(({ label, cron }) => (
          <Button key={cron} size="compact-xs" variant="default" onClick={() => onChange(cron)}>
            {label}
          </Button>
        ))}
      </div>
      <NextTimes {...value} />
    </>
  );
}

function NextTimes({ cron, timeZone }: CronTimes) {
  const [asked] = useDebouncedValue({ cron, timeZone }, 250);
  const next = useQuery({
    queryKey: ['schedules', 'times', asked.cron, asked.timeZone],
    queryFn: ({ signal }) => client.schedules.times({ body: { ...asked, count: 5 }, signal }),
    enabled: asked.cron.trim() !== '',
    retry: false,
  });
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
