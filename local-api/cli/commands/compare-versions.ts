import { Command } from 'commander';
import pc from 'picocolors';
import { type MetricOfVersion, VersionComparison } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { numberOption } from '../number-option.ts';
import { formatBytes, formatCount, formatNumber, type Output } from '../output.ts';
import { resolveVersion } from '../version-ref.ts';

type Options = { on?: string; testRowsOf?: string; confidence: number };

/** `assay models compare <model> <versions…>` */
export function compareVersionsCommand(): Command {
  return new Command('compare')
    .description('hold versions of a model against the first one named')
    .argument('<model>', 'a model')
    .argument('<versions...>', 'two or more: 1.0.0 or @champion')
    .option('--on <dataset>', 'measure on a dataset version: flights or flights@2')
    .option('--test-rows-of <version>', 'measure on the test rows of this version (default: the newest)')
    .option('--confidence <share>', 'of each interval', numberOption, 0.95)
    .action(async (model: string, versions: string[], options: Options, command: Command) => {
      const { output, withClient, finish } = contextOf(command);
      const { on, testRowsOf, confidence } = options;
      await withClient(async (client) => {
        const datasetVersionId = on === undefined ? undefined : (await resolveVersion(client, on)).id;
        const job = await client.versionComparison.start({
          params: { model },
          body: {
            versions,
            confidence,
            ...(datasetVersionId === undefined ? {} : { datasetVersionId }),
            ...(testRowsOf === undefined ? {} : { testRowsOf }),
          },
        });
        const { result } = await finish(client, job, 'Compare');
        const comparison = VersionComparison.parse(result);
        output.result(comparison, () => show(comparison, output));
      });
    });
}

type Row = { measure: string; values: string[] };

function show(comparison: VersionComparison, output: Output): void {
  const { versions, metrics, rows, confidence, notes } = comparison;
  const lines: Row[] = [
    ...metrics.map(({ metric, versions: measured }) => ({
      measure: metric,
      values: versions.map(({ version }) => cell(measured.find((one) => one.version === version))),
    })),
    { measure: 'p50 ms', values: versions.map(({ latency }) => formatNumber(latency?.p50Ms)) },
    { measure: 'p95 ms', values: versions.map(({ latency }) => formatNumber(latency?.p95Ms)) },
    { measure: 'size', values: versions.map(({ sizeBytes }) => formatBytes(sizeBytes)) },
    { measure: 'trained on', values: versions.map(({ data }) => data ?? '') },
  ];
  output.table(
    lines,
    [
      { title: '', value: (row) => row.measure },
      ...versions.map(({ version }, i) => ({ title: version, value: (row: Row) => row.values[i] ?? '' })),
    ],
    '',
  );
  output.line();
  const measuredOn =
    rows === null ? 'The quality was not measured' : `${rows.source}, ${formatCount(rows.count)} rows`;
  output.line(
    pc.dim(`${measuredOn}; ${100 * confidence} % intervals of the difference from ${comparison.baseline}.`),
  );
  for (const { version, breaking, other } of comparison.signatures) {
    for (const change of breaking) output.line(`${pc.red('≠')} ${version}: ${change}`);
    for (const change of other) output.line(`  ${version}: ${change}`);
  }
  for (const { version, state, driftedColumns, totalColumns } of comparison.data) {
    if (state === 'compared')
      output.line(`  ${version}: ${driftedColumns} of ${totalColumns} columns of its data drifted`);
  }
  for (const { version, problem } of versions)
    if (problem !== null) output.line(pc.yellow(`! ${version}: ${problem}`));
  for (const note of notes) output.line(pc.yellow(`! ${note}`));
}

function cell(measured: MetricOfVersion | undefined): string {
  if (measured === undefined || measured.value === null) return '';
  const { value, standing, difference } = measured;
  const shown = standing === 'best' ? pc.green(`${formatNumber(value)} best`) : formatNumber(value);
  if (difference === null) return shown;
  const { low, high, shown: verdict } = difference;
  const interval = `${formatNumber(difference.value)} [${formatNumber(low)}, ${formatNumber(high)}]`;
  return `${shown} ${pc.dim(verdict === 'neither' ? interval : `${interval} ${verdict}`)}`;
}
