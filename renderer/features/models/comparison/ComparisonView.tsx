import type { DataDifference, VersionComparison } from '../../../../local-api/contract/index.ts';
import { formatCount, formatPercent } from '../../../app/format.ts';
import { Panel } from '../../../components/Panel.tsx';
import { ScrollRegion } from '../../../components/ScrollRegion.tsx';
import { ToneBadge } from '../../../components/ToneBadge.tsx';
import classes from './comparison.module.css';
import { MeasuresTable } from './MeasuresTable.tsx';

/** What came out when versions were held against each other. */
export function ComparisonView({ comparison }: { comparison: VersionComparison }) {
  const { rows, confidence, notes, versions, baseline } = comparison;
  const problems = versions.filter(({ problem }) => problem !== null);
  return (
    <>
      <Panel title="Quality, size and speed" padding="none">
        <MeasuresTable comparison={comparison} />
        <div className={classes.notes}>
          <p>
            {rows === null
              ? 'The quality was not measured.'
              : `${rows.source}: ${formatCount(rows.count)} rows.`}{' '}
            Differences are from {baseline}, with {formatPercent(confidence, 0)} intervals by a paired
            bootstrap. A value that is not the best but not shown to be behind it is marked “even”. Times are
            of one row on this machine, without HTTP.
          </p>
          {problems.length + notes.length === 0 ? null : (
            <ul>
              {problems.map(({ version, problem }) => (
                <li key={version}>
                  <strong>{version}</strong> {problem}
                </li>
              ))}
              {notes.map((note) => (
                <li key={note}>{note}</li>
              ))}
            </ul>
          )}
        </div>
      </Panel>
      <div className={classes.pair}>
        <Panel title={`Signature, against ${baseline}`}>
          <ul className={classes.list}>
            {comparison.signatures.map(({ version, breaking, other }) => (
              <li key={version}>
                <strong>{version}</strong>{' '}
                <ToneBadge tone={breaking.length > 0 ? 'bad' : 'good'}>
                  {breaking.length > 0 ? 'callers must change' : 'callers go on as they are'}
                </ToneBadge>
                <Changes texts={[...breaking, ...other]} />
              </li>
            ))}
          </ul>
        </Panel>
        <Panel title={`Training data, against ${baseline}`}>
          <ul className={classes.list}>
            {comparison.data.map((difference) => (
              <li key={difference.version}>
                <strong>{difference.version}</strong> <DataWord difference={difference} />
                <DriftedColumns difference={difference} />
              </li>
            ))}
          </ul>
        </Panel>
      </div>
    </>
  );
}

function Changes({ texts }: { texts: readonly string[] }) {
  if (texts.length === 0) return null;
  return (
    <ul>
      {texts.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}

function DataWord({
  difference: { state, reason, driftedColumns, totalColumns },
}: {
  difference: DataDifference;
}) {
  if (state === 'same') return <ToneBadge tone="good">the same data</ToneBadge>;
  if (state === 'unknown') return <span>{reason}</span>;
  return (
    <ToneBadge tone={driftedColumns > 0 ? 'warn' : 'good'}>
      {`${driftedColumns} of ${totalColumns} columns drifted`}
    </ToneBadge>
  );
}

function DriftedColumns({ difference }: { difference: DataDifference }) {
  const drifted = difference.columns.filter((column) => column.drifted);
  if (drifted.length === 0) return null;
  return (
    <ScrollRegion label={`Drifted columns of ${difference.version}`} className={classes.columns}>
      <ul>
        {drifted.map(({ name, reason }) => (
          <li key={name}>
            <code>{name}</code> {reason}
          </li>
        ))}
      </ul>
    </ScrollRegion>
  );
}
