import type { ReactNode } from 'react';
import type {
  ComparedVersion,
  MetricOfVersion,
  VersionComparison,
} from '../../../../local-api/contract/index.ts';
import { formatBytes, formatLatency, formatMetric, NO_VALUE } from '../../../app/format.ts';
import { paths } from '../../../app/paths.ts';
import { AppLink } from '../../../components/AppLink.tsx';
import { ScrollRegion } from '../../../components/ScrollRegion.tsx';
import { ToneBadge } from '../../../components/ToneBadge.tsx';
import classes from './comparison.module.css';

/** Every measure of the versions, a column each; the best of each row stands out. */
export function MeasuresTable({ comparison }: { comparison: VersionComparison }) {
  const { model, versions, metrics, baseline } = comparison;
  return (
    <ScrollRegion label="Measures of the versions" className={classes.scroll}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Measure</th>
            {versions.map(({ version }) => (
              <th key={version} scope="col">
                <AppLink href={paths.model(model, { version })}>{version}</AppLink>{' '}
                {version === baseline ? <span className={classes.dim}>first</span> : null}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {metrics.map(({ metric, higherIsBetter, versions: measured }) => (
            <tr key={metric}>
              <th scope="row">
                {metric}{' '}
                <span className={classes.dim}>{higherIsBetter ? 'higher is better' : 'lower is better'}</span>
              </th>
              {versions.map(({ version }) => (
                <td key={version}>
                  <Quality measured={measured.find((one) => one.version === version)} />
                </td>
              ))}
            </tr>
          ))}
          <Least
            label="Half of predictions within"
            versions={versions}
            measure={(one) => one.latency?.p50Ms}
            format={formatLatency}
          />
          <Least
            label="95 % of predictions within"
            versions={versions}
            measure={(one) => one.latency?.p95Ms}
            format={formatLatency}
          />
          <Least
            label="Size of the ONNX file"
            versions={versions}
            measure={(one) => one.sizeBytes}
            format={formatBytes}
          />
          <Facts label="Trainer" versions={versions} fact={(one) => one.trainer || NO_VALUE} />
          <Facts label="Trained on" versions={versions} fact={(one) => one.data ?? NO_VALUE} />
          <Facts
            label="Run"
            versions={versions}
            fact={({ runId }) =>
              runId === null ? NO_VALUE : <AppLink href={paths.run(runId)}>{runId.slice(0, 8)}</AppLink>
            }
          />
        </tbody>
      </table>
    </ScrollRegion>
  );
}

const marks = {
  best: <ToneBadge tone="good">best</ToneBadge>,
  'not-apart': <ToneBadge title="The rows do not show that the best one is better">even</ToneBadge>,
  behind: null,
} as const;

function Quality({ measured }: { measured: MetricOfVersion | undefined }) {
  if (measured === undefined || measured.value === null) return NO_VALUE;
  const { value, standing, difference } = measured;
  return (
    <>
      <span className={standing === 'best' ? classes.best : undefined}>{formatMetric(value)}</span>{' '}
      {standing === null ? null : marks[standing]}
      {difference === null ? null : (
        <div className={classes.difference}>
          {`${signed(difference.value)} (${signed(difference.low)} to ${signed(difference.high)})`}
          {difference.shown === 'neither' ? null : `, ${difference.shown}`}
        </div>
      )}
    </>
  );
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${formatMetric(Math.abs(value))}`;
}

type RowProps = { label: string; versions: readonly ComparedVersion[] };

/** A measure of which the least is best. */
function Least({
  label,
  versions,
  measure,
  format,
}: RowProps & {
  measure: (version: ComparedVersion) => number | undefined;
  format: (value: number) => string;
}) {
  const values = versions.map(measure);
  const known = values.filter((value) => value !== undefined);
  const least = Math.min(...known);
  const isTold = known.some((value) => value > least);
  return (
    <tr>
      <th scope="row">{label}</th>
      {versions.map(({ version }, i) => {
        const value = values[i];
        const isBest = isTold && value === least;
        return (
          <td key={version}>
            <span className={isBest ? classes.best : undefined}>
              {value === undefined ? NO_VALUE : format(value)}
            </span>{' '}
            {isBest ? marks.best : null}
          </td>
        );
      })}
    </tr>
  );
}

function Facts({ label, versions, fact }: RowProps & { fact: (version: ComparedVersion) => ReactNode }) {
  return (
    <tr>
      <th scope="row">{label}</th>
      {versions.map((version) => (
        <td key={version.version}>{fact(version)}</td>
      ))}
    </tr>
  );
}
