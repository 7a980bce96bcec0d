import type { GateReport, GateResult } from '../../../../local-api/contract/index.ts';
import { NO_VALUE } from '../../../app/format.ts';
import { PlainTable } from '../../../components/PlainTable.tsx';
import { RelativeTime } from '../../../components/RelativeTime.tsx';
import { type Tone, ToneBadge } from '../../../components/ToneBadge.tsx';
import classes from './releases.module.css';

const tones: Record<GateResult['verdict'], Tone> = { pass: 'good', fail: 'bad', skipped: 'warn' };

/** What came out at each gate: what was measured, what was asked for, and why. */
export function GateReportView({ report }: { report: GateReport }) {
  return (
    <>
      <p className={classes.summary} role="status">
        <ToneBadge tone={report.passed ? 'good' : 'bad'}>{report.passed ? 'passed' : 'not passed'}</ToneBadge>
        <span>
          {report.version} for {report.environment}
          {report.champion === null ? '' : `, where ${report.champion} was`}
        </span>
        <span className="a-dim">
          <RelativeTime timeMs={report.createdAtMs} />
        </span>
      </p>
      <PlainTable
        label="Gates"
        isInset
        rows={report.gates}
        keyOf={({ title, limit }) => `${title} ${limit}`}
        columns={[
          {
            name: 'Verdict',
            cell: ({ verdict }) => <ToneBadge tone={tones[verdict]}>{verdict}</ToneBadge>,
          },
          { name: 'Gate', namesRow: true, cell: ({ title }) => title },
          { name: 'Measured', cell: ({ measured }) => measured || NO_VALUE },
          { name: 'Limit', cell: ({ limit }) => limit || NO_VALUE },
          { name: 'Why', cell: ({ reason }) => <span className={classes.reason}>{reason}</span> },
        ]}
      />
    </>
  );
}
