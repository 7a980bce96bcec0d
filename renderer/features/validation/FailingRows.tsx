import { Button } from '@mantine/core';
import { useState } from 'react';
import type { DataValidation, FailingRow, RuleResult } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatCount } from '../../app/format.ts';
import { Panel } from '../../components/Panel.tsx';
import { PlainTable } from '../../components/PlainTable.tsx';
import { toastFault } from '../../components/toasts.tsx';
import classes from './validation.module.css';

const PAGE = 100;

type Shown = { columns: readonly string[]; rows: readonly FailingRow[] };

/** The rows that break a rule: the first ones of the report, then whole ones, page by page. */
export function FailingRows({ validation, result }: { validation: DataValidation; result: RuleResult }) {
  const [pages, setPages] = useState<Shown | null>(null);
  const [isBusy, setBusy] = useState(false);
  const shown = pages ?? result;
  const load = (offset: number) => {
    setBusy(true);
    client.dataValidations
      .rows({
        params: { validationId: validation.id, ruleId: result.ruleId },
        query: { offset, limit: PAGE },
      })
      .then((page) =>
        setPages((before) => ({
          columns: page.columns,
          rows: offset === 0 ? page.rows : [...(before?.rows ?? []), ...page.rows],
        })),
      )
      .catch(toastFault)
      .finally(() => setBusy(false));
  };
  const canRead = validation.versionId !== null && result.hasRows;
  const reason = reasonOf(validation, result.ruleId);
  return (
    <Panel
      title={result.column === null ? result.kind : `${result.column}: ${result.kind}`}
      padding="none"
      aside={
        canRead && pages === null ? (
          <Button size="compact-xs" variant="default" loading={isBusy} onClick={() => load(0)}>
            Show whole rows
          </Button>
        ) : null
      }
    >
      <div style={{ padding: '8px 12px' }}>
        <div className={classes.expected}>{result.expected}</div>
        <div className={classes.dim}>{result.found}</div>
        {reason === undefined ? null : <div className={classes.dim}>Why the rule is there: {reason}</div>}
      </div>
      {shown.rows.length === 0 ? null : (
        <>
          <PlainTable
            label="Rows that break the rule"
            maxHeight={460}
            rows={shown.rows.map((row, index) => ({ ...row, index }))}
            keyOf={({ index }) => index}
            columns={[
              { name: 'Row', isNumber: true, cell: ({ row, index }) => formatCount(row ?? index + 1) },
              ...shown.columns.map((name, at) => ({
                name,
                id: `value ${at}`,
                cell: ({ values }: FailingRow) => <Value value={values[at] ?? null} />,
              })),
            ]}
          />
          <div style={{ padding: '6px 12px' }} className={classes.facts}>
            {formatCount(shown.rows.length)} of {formatCount(result.broken)} rows
            {pages !== null && pages.rows.length < result.broken ? (
              <Button
                size="compact-xs"
                variant="default"
                loading={isBusy}
                onClick={() => load(pages.rows.length)}
              >
                More
              </Button>
            ) : null}
          </div>
        </>
      )}
    </Panel>
  );
}

function Value({ value }: { value: FailingRow['values'][number] }) {
  return value === null ? <span className={classes.dim}>missing</span> : String(value);
}

function reasonOf({ schema }: DataValidation, ruleId: string): string | undefined {
  const rules = [...schema.columns.flatMap(({ rules: own }) => own), ...schema.rows];
  return rules.find(({ id }) => id === ruleId)?.reason;
}
