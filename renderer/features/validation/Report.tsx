import { type ReactNode, useState } from 'react';
import type { DataValidation } from '../../../local-api/contract/index.ts';
import { formatCount, formatDuration, formatPlural } from '../../app/format.ts';
import { ExportReport } from '../../components/ExportReport.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { FailingRows } from './FailingRows.tsx';
import { ResultTable } from './ResultTable.tsx';
import { VerdictBadge } from './VerdictBadge.tsx';
import classes from './validation.module.css';

type Props = {
  validation: DataValidation;
  /** The version of the active schema; null where there is none. */
  activeVersion: number | null;
  button: ReactNode;
};

/** A check: the verdict, the result of each rule, and the rows that break it. */
export function Report({ validation, activeVersion, button }: Props) {
  const [opened, setOpened] = useState<string | null>(null);
  const first = validation.results.find(({ rows, status }) => status === 'failed' && rows.length > 0);
  const shown = validation.results.find(({ ruleId }) => ruleId === opened) ?? first;
  const { verdict, failed, warned, unknown, rules, rows, schemaVersion, environment } = validation;
  return (
    <>
      <div className={classes.facts}>
        <VerdictBadge verdict={verdict} />
        <span>
          {failed} broken, {formatPlural(warned, 'warning')}
          {unknown > 0 ? `, ${unknown} unknown` : ''} of {formatPlural(rules, 'rule')}
        </span>
        <span>{formatCount(rows)} rows</span>
        <span>
          {schemaVersion === null ? 'by a schema that was sent along' : `by schema ${schemaVersion}`}
          {schemaVersion === activeVersion || activeVersion === null
            ? ''
            : `; the active one is ${activeVersion}`}
          {environment === 'training' ? '' : `, for ${environment}`}
        </span>
        <span>
          <RelativeTime timeMs={validation.createdAtMs} /> in {formatDuration(validation.seconds * 1000)}
        </span>
        <span className={classes.spring} />
        <ExportReport path={`data-validations/${encodeURIComponent(validation.id)}`} />
        {button}
      </div>
      <div className={classes.split}>
        <ResultTable
          key={validation.id}
          results={validation.results}
          currentId={shown?.ruleId}
          onOpen={setOpened}
        />
        {shown === undefined ? null : (
          <FailingRows key={`${validation.id} ${shown.ruleId}`} validation={validation} result={shown} />
        )}
      </div>
    </>
  );
}
