import { z } from 'zod';

const Line = z.looseObject({ time: z.string(), level: z.string(), msg: z.string().optional() });
const common = new Set(['time', 'level', 'msg', 'pid']);

/** A line of the log for people: 09:00:01.250 warn  message key=value. */
export function prettyLine(line: string): string {
  const parsed = Line.safeParse(JSON.parse(line));
  if (!parsed.success) return line;
  const { time, level, msg = '' } = parsed.data;
  const fields = Object.entries(parsed.data)
    .filter(([name]) => !common.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return `${[time.slice(11, 23), level.padEnd(5), msg, ...fields].join(' ')}\n`;
}
