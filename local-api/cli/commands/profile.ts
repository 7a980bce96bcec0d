import { Command } from 'commander';
import pc from 'picocolors';
import type { ColumnProfile, Finding, TargetProfile, VersionProfile } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { formatBytes, formatCount, formatNumber, type Output } from '../output.ts';
import { saveDownload } from '../save-download.ts';
import { resolveVersion } from '../version-ref.ts';

const WIDTH = 80;
const MOST_FINDINGS = 20;
const MOST_PAIRS = 8;

export function profileCommand(): Command {
  return new Command('profile')
    .description('what a dataset version looks like, and what to look at first')
    .argument('<dataset>', 'flights@3, or flights for the newest version')
    .option('-t, --target <column>', 'also tell how every column goes with this one, and what may leak it')
    .option('--html <file>', 'write the whole profile as one HTML file')
    .action(async (dataset: string, options: { target?: string; html?: string }, command: Command) => {
      const { output, withClient, finish } = contextOf(command);
      await withClient(async (client) => {
        const version = await resolveVersion(client, dataset);
        const params = { versionId: version.id };
        const query = options.target === undefined ? {} : { target: options.target };
        const read = () => client.datasetProfiles.get({ params, query });
        let profile = await read();
        if (profile.details === null || (options.target !== undefined && profile.target === null)) {
          await finish(client, await client.datasetProfiles.compute({ params, body: query }), 'Profile');
          profile = await read();
        }
        const saved =
          options.html === undefined
            ? null
            : await saveDownload(await client.datasetProfiles.html({ params, query }), options.html);
        output.result(saved === null ? profile : { ...profile, html: saved.path }, () => {
          output.line(
            pc.bold(`${version.dataset}@${version.version}`) +
              `: ${formatCount(profile.rows)} rows, ${formatCount(profile.columns.length)} columns`,
          );
          output.line();
          printColumns(output, profile);
          printFindings(output, 'What to look at first', profile.details?.findings ?? []);
          printRelated(output, profile);
          if (profile.target !== null) printTarget(output, profile.target);
          const sampled = profile.details?.sampledRows ?? null;
          if (sampled !== null) {
            output.line();
            output.line(
              pc.dim(
                `Meanings, texts and relations are told from ${formatCount(sampled)} rows taken evenly.`,
              ),
            );
          }
          if (saved !== null) output.line(`Wrote ${saved.path} (${formatBytes(saved.sizeBytes)})`);
        });
      });
    });
}

function printColumns(output: Output, { columns, details, rows }: VersionProfile): void {
  const meaning = (index: number) => details?.columns[index]?.semantic ?? null;
  output.table(
    columns.map((column, index) => ({ column, meaning: meaning(index) })),
    [
      { title: 'column', value: ({ column }) => shorten(column.name, 20) },
      { title: 'type', value: ({ column, meaning: told }) => told ?? column.type },
      { title: 'missing', value: ({ column }) => share(column.missing, rows), align: 'right' },
      { title: 'distinct', value: ({ column }) => formatCount(column.distinct), align: 'right' },
      { title: 'shape', value: ({ column }) => sparkOf(column) },
      { title: 'middle', value: ({ column }) => shorten(middleOf(column), 16) },
    ],
    'No columns.',
  );
}

function shorten(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function share(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '';
  const percent = (100 * part) / whole;
  return percent < 0.1 ? '<0.1 %' : `${percent.toFixed(1)} %`;
}

/** The median of numbers, the range of times, the most frequent value of everything else. */
function middleOf(column: ColumnProfile): string {
  if (column.quantiles !== null) return formatNumber(column.quantiles.p50);
  if (column.type === 'date' || column.type === 'datetime')
    return `from ${String(column.min ?? '').slice(0, 10)}`;
  const top = column.topValues[0];
  return top === undefined ? '' : String(top.value);
}

const BARS = '▁▂▃▄▅▆▇█';
const SPARK_WIDTH = 10;

/** The histogram in ten characters; of columns without one, the most frequent values. */
function sparkOf({ histogram, topValues }: ColumnProfile): string {
  const counts = histogram?.counts ?? topValues.map(({ count }) => count);
  const wide = Math.min(SPARK_WIDTH, counts.length);
  const sums = new Array<number>(wide).fill(0);
  for (const [index, count] of counts.entries()) {
    const place = Math.floor((index * wide) / counts.length);
    sums[place] = (sums[place] ?? 0) + count;
  }
  const most = Math.max(1, ...sums);
  return sums.map((sum) => (sum === 0 ? ' ' : BARS[Math.min(7, Math.floor((8 * sum) / most))])).join('');
}

const colours = { high: pc.red, medium: pc.yellow, info: pc.dim };

function printFindings(output: Output, title: string, findings: readonly Finding[]): void {
  output.line();
  output.line(pc.bold(title));
  if (findings.length === 0) output.line(pc.green('Nothing stands out.'));
  for (const { severity, column, message, advice } of findings.slice(0, MOST_FINDINGS)) {
    const mark = colours[severity](severity.padEnd(6));
    const [first = '', ...more] = wrap(`${column === null ? '' : `${column}: `}${message}`, WIDTH - 8);
    output.line(`${mark}  ${first}`);
    for (const line of more) output.line(`${' '.repeat(8)}${line}`);
    if (severity !== 'info') {
      for (const line of wrap(advice, WIDTH - 8)) output.line(pc.dim(`${' '.repeat(8)}${line}`));
    }
  }
  const rest = findings.length - MOST_FINDINGS;
  if (rest > 0) output.line(pc.dim(`${rest} more with --json or --html.`));
}

/** Cuts a text into lines at its spaces. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}

function printRelated(output: Output, { details }: VersionProfile): void {
  const overall = details?.associations.find(({ measure }) => measure === 'overall');
  if (overall === undefined) return;
  const pairs = overall.rows.flatMap((a, row) =>
    overall.columns
      .slice(row + 1)
      .map((b, index) => ({ a, b, value: overall.values[row]?.[row + 1 + index] ?? 0 })),
  );
  const strong = pairs
    .filter(({ value }) => value >= 0.3)
    .sort((x, y) => y.value - x.value)
    .slice(0, MOST_PAIRS);
  if (strong.length === 0) return;
  output.line();
  output.line(pc.bold('Columns that go together'));
  output.table(
    strong,
    [
      { title: 'strength', value: ({ value }) => value.toFixed(2), align: 'right' },
      { title: 'column', value: ({ a }) => shorten(a, 30) },
      { title: 'with', value: ({ b }) => shorten(b, 30) },
    ],
    '',
  );
}

function printTarget(output: Output, target: TargetProfile): void {
  printFindings(output, `Target ${target.column}`, target.findings);
  if (target.classes.length > 0) {
    const classes = target.classes.slice(0, 8).map(({ value, count }) => `${value} (${formatCount(count)})`);
    for (const line of wrap(`Classes: ${classes.join(', ')}`, WIDTH)) output.line(line);
  }
  output.line();
  output.table(
    target.relations.slice(0, 15),
    [
      { title: 'column', value: ({ name }) => shorten(name, 30) },
      {
        title: 'tells of it',
        value: ({ information }) => (information === null ? '' : `${(100 * information).toFixed(1)} %`),
        align: 'right',
      },
      { title: 'measure', value: ({ measure }) => measure },
      { title: 'value', value: ({ value }) => (value === null ? '' : value.toFixed(3)), align: 'right' },
    ],
    'There is no other column.',
  );
}
