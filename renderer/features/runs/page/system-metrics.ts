/** One chart of the system tab: metrics of a unit that belong together. */
export type SystemGroup = { title: string; keys: string[] };

export const systemPrefix = 'system/';

const subjects: { title: string; pattern: RegExp }[] = [
  { title: 'CPU', pattern: /cpu/ },
  { title: 'Memory', pattern: /^(?!gpu).*memory/ },
  { title: 'Disk', pattern: /disk/ },
  { title: 'Network', pattern: /network/ },
];

/** Metrics of the machine by subject and unit: "CPU, %", "Memory, MB", each GPU for itself; what is not known comes last. */
export function groupSystemMetrics(keys: readonly string[]): SystemGroup[] {
  const groups = new Map<string, string[]>();
  for (const key of keys) {
    const title = titleOf(key.slice(systemPrefix.length));
    groups.set(title, [...(groups.get(title) ?? []), key]);
  }
  return [...groups]
    .map(([title, members]) => ({ title, keys: members.sort() }))
    .sort((a, b) => rank(a.title) - rank(b.title) || a.title.localeCompare(b.title));
}

function titleOf(name: string): string {
  const gpu = /^gpu_(\d+)/.exec(name);
  const subject =
    gpu === null ? (subjects.find(({ pattern }) => pattern.test(name))?.title ?? 'Other') : `GPU ${gpu[1]}`;
  const unit = unitOf(name);
  return unit === '' ? subject : `${subject}, ${unit}`;
}

function unitOf(name: string): string {
  if (name.endsWith('_percentage')) return '%';
  if (name.endsWith('_megabytes')) return 'MB';
  return name.endsWith('_watts') ? 'W' : '';
}

function rank(title: string): number {
  const place = subjects.findIndex((subject) => title.startsWith(subject.title));
  if (place >= 0) return place;
  return title.startsWith('GPU') ? subjects.length : subjects.length + 1;
}

/** The usual time between two samples in milliseconds: the median; null with fewer than two. */
export function sampleInterval(timestampsMs: readonly number[]): number | null {
  const gaps = timestampsMs
    .slice(1)
    .map((timeMs, index) => timeMs - (timestampsMs[index] ?? timeMs))
    .sort((a, b) => a - b);
  return gaps[Math.floor(gaps.length / 2)] ?? null;
}
