import { Button, Select } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { PredictionsCompared, Run } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { formatCount, formatMetric, formatNumber } from '../../../app/format.ts';
import { ErrorNote } from '../../../components/ErrorNote.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { PlainTable } from '../../../components/PlainTable.tsx';
import classes from '../compare.module.css';

/** Two trainings on the same rows can be compared without repeating them: row by row. */
export function PredictionsPanel({ runs }: { runs: readonly Run[] }) {
  const trained = runs.filter((run) => run.jobId !== null && run.status === 'finished');
  const [chosen, setChosen] = useState<{ a?: string; b?: string }>({});
  const a = chosen.a ?? trained[0]?.id;
  const b = chosen.b ?? trained.find((run) => run.id !== a)?.id;
  const test = useMutation({
    mutationFn: async () => {
      if (a === undefined || b === undefined) return null;
      return client.comparison.predictions({ body: { a, b, confidence: 0.95 } });
    },
  });
  if (a === undefined || b === undefined) return null;
  const data = trained.map((run) => ({ value: run.id, label: run.name }));
  return (
    <Panel title="Two models on the same test rows">
      <div className={classes.pickers}>
        <Select
          label="Model"
          data={data}
          value={a}
          onChange={(id) => id && setChosen({ ...chosen, a: id })}
          allowDeselect={false}
          searchable
        />
        <Select
          label="against"
          data={data}
          value={b}
          onChange={(id) => id && setChosen({ ...chosen, b: id })}
          allowDeselect={false}
          searchable
        />
        <Button loading={test.isPending} disabled={a === b} onClick={() => test.mutate()}>
          Compare their predictions
        </Button>
      </div>
      <ErrorNote error={test.error} />
      {test.data ? <Tests found={test.data} /> : null}
    </Panel>
  );
}

function Tests({ found }: { found: PredictionsCompared }) {
  return (
    <>
      <p className={classes.note}>
        {formatCount(found.rows)} test rows that both predicted. {found.notes.join(' ')}
      </p>
      <PlainTable
        label="Tests on the same rows"
        rows={found.tests}
        keyOf={({ metric }) => metric}
        columns={[
          { name: 'Metric', cell: ({ metric }) => metric },
          { name: 'Values', cell: ({ a, b }) => `${formatMetric(a)}, ${formatMetric(b)}` },
          {
            name: 'Difference',
            cell: ({ difference, interval }) =>
              `${formatMetric(difference)} (${formatMetric(interval.low)} to ${formatMetric(interval.high)})`,
          },
          { name: 'Test', cell: ({ method }) => method },
          { name: 'p', cell: ({ pValue }) => formatNumber(pValue, 3) },
          { name: 'Verdict', cell: ({ sentence }) => sentence },
        ]}
      />
    </>
  );
}
