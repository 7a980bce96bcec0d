import type { GateReport, GateResult } from '../../../../local-api/contract/index.ts';
import { NO_VALUE } from '../../../app/format.ts';
import { RelativeTime } from '../../../components/RelativeTime.tsx';
import { ScrollRegion } from '../../../components/ScrollRegion.tsx';
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
      <ScrollRegion label="Gates">
        <table className={classes.gates}>
          <thead>
            <tr>
              <th scope="col">Verdict</th>
              <th scope="col">Gate</th>
              <th scope="col">Measured</th>
              <th scope="col">Limit</th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {report.gates.map((gate) => (
              <tr key={`${gate.title} ${gate.limit}`}>
                <td>
                  <ToneBadge tone={tones[gate.verdict]}>{gate.verdict}</ToneBadge>
                </td>
                <td>{gate.title}</td>
                <td>{gate.measured || NO_VALUE}</td>
                <td>{gate.limit || NO_VALUE}</td>
                <td className={classes.reason}>{gate.reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </>
  );
}
