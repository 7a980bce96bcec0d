import type { ReproductionReport } from '../../../../local-api/contract/index.ts';
import { formatCount, formatNumber, formatPlural, NO_VALUE } from '../../../app/format.ts';
import { Digest } from '../../../components/Digest.tsx';
import { PlainTable } from '../../../components/PlainTable.tsx';
import classes from './page.module.css';

const MAX_ROWS = 30;

/** What a comparison found: the model, the metrics and files that differ, and what is different around them. */
export function ReproductionReportView({ report }: { report: ReproductionReport }) {
  const { metrics, files, model, data, environment } = report;
  const rows = [
    ...metrics.differing.map((one) => ({
      what: `${one.key} (${one.statistic})`,
      original: formatNumber(one.original, 12),
      reproduced: formatNumber(one.reproduced, 12),
    })),
    ...environment.map((one) => ({
      what: one.what,
      original: one.original ?? NO_VALUE,
      reproduced: one.reproduced ?? NO_VALUE,
    })),
  ];
  const lonely = [...metrics.onlyOriginal, ...metrics.onlyReproduced];
  const otherFiles = [...files.differing, ...files.onlyOriginal, ...files.onlyReproduced];
  return (
    <div className={classes.report}>
      <p>{report.summary}</p>
      <ul className={classes.found}>
        {model === null ? null : (
          <li>
            Model: {model.equal ? 'the same bytes, ' : 'other bytes, '}
            {model.original ? <Digest value={model.original} /> : 'none'}
            {model.equal ? null : <> → {model.reproduced ? <Digest value={model.reproduced} /> : 'none'}</>}
          </li>
        )}
        <li>
          Metrics: {formatPlural(metrics.compared, 'compared', 'compared')}, largest difference{' '}
          {formatNumber(metrics.maxDifference, 3)}
          {lonely.length > 0 ? `; only in one of the two: ${lonely.slice(0, 5).join(', ')}` : ''}
        </li>
        {data.map((one) => (
          <li key={one.name}>
            Data “{one.name}”: {one.equal ? 'the same' : 'not the same'}
          </li>
        ))}
        {model === null || otherFiles.length > 0 ? (
          <li>
            Files: {formatCount(files.compared)} in both
            {otherFiles.length > 0 ? `, not the same: ${otherFiles.slice(0, 5).join(', ')}` : ', the same'}
          </li>
        ) : null}
      </ul>
      {rows.length === 0 ? null : (
        <PlainTable
          label="What differs"
          isInset
          rows={rows.slice(0, MAX_ROWS)}
          keyOf={({ what }) => what}
          columns={[
            { name: 'Differs', cell: ({ what }) => what },
            { name: 'Was', cell: ({ original }) => original },
            { name: 'Is', cell: ({ reproduced }) => reproduced },
          ]}
        />
      )}
      {rows.length > MAX_ROWS ? (
        <p className="a-dim">{rows.length - MAX_ROWS} more are in reproduction.json.</p>
      ) : null}
    </div>
  );
}
