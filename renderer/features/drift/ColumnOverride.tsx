import { Button, NumberInput, Select } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import {
  type ColumnDrift,
  DriftMethod,
  type DriftReport,
  driftMethods,
  driftMethodsFor,
} from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { paths } from '../../app/paths.ts';
import { useJob } from '../../app/use-job.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { JobProgress } from '../../components/JobProgress.tsx';
import classes from './ColumnOverride.module.css';
import { presetTitles } from './DriftSettingsForm.tsx';

type Props = { column: ColumnDrift; report: DriftReport };

/** Judges the column by another method or threshold: a new report of the same windows. */
export function ColumnOverride({ column, report }: Props) {
  const { settings, reference, current } = report;
  const [method, setMethod] = useState<DriftMethod | null>(settings?.methods[column.name] ?? null);
  const [threshold, setThreshold] = useState<number | ''>(settings?.columnThresholds[column.name] ?? '');
  const start = useMutation({
    mutationFn: () => {
      if (settings === null || reference === null || current === null) throw new Error('an old report');
      const { [column.name]: _, ...methods } = settings.methods;
      const { [column.name]: __, ...columnThresholds } = settings.columnThresholds;
      const names = report.columns.map(({ name }) => name);
      return client.driftReports.create({
        body: {
          ...settings,
          reference: reference.window,
          current: current.window,
          ...(report.model === null ? {} : { model: report.model }),
          columns: names,
          methods: method === null ? methods : { ...methods, [column.name]: method },
          columnThresholds:
            threshold === '' ? columnThresholds : { ...columnThresholds, [column.name]: threshold },
        },
      });
    },
  });
  if (settings === null || reference === null || current === null) return null;
  const usual = method === null ? settings.smallestEffect : driftMethods[method].defaultThreshold;
  const isPreset = method === null && settings.preset !== 'honest';
  return (
    <details className={classes.override}>
      <summary>Judge this column another way</summary>
      <div className={classes.fields}>
        <Select
          label="Method"
          data={[
            { value: '', label: presetTitles[settings.preset] },
            ...driftMethodsFor(column.kind === 'number' ? 'number' : 'binary').map((id) => ({
              value: id,
              label: driftMethods[id].title,
            })),
          ]}
          allowDeselect={false}
          value={method ?? ''}
          onChange={(value) => {
            setMethod(DriftMethod.options.find((one) => one === value) ?? null);
            setThreshold('');
          }}
        />
        <NumberInput
          label={method === null && !isPreset ? 'A change matters from (σ)' : thresholdLabel(method)}
          placeholder={isPreset ? 'as usual' : String(usual)}
          value={threshold}
          min={0}
          step={0.01}
          decimalScale={6}
          onChange={(value) => setThreshold(typeof value === 'number' ? value : '')}
        />
        <Button
          variant="default"
          leftSection={<IconRefresh size={14} />}
          loading={start.isPending}
          onClick={() => start.mutate()}
        >
          Compare again
        </Button>
      </div>
      {method === null ? null : <p className="a-dim">{driftMethods[method].meaning}</p>}
      <ErrorNote error={start.error} />
      {start.data ? <Again jobId={start.data.id} column={column.name} /> : null}
    </details>
  );
}

function thresholdLabel(method: DriftMethod | null): string {
  if (method === null) return 'Threshold';
  return driftMethods[method].alert === 'p-value' ? 'Drift below this p-value' : 'Drift from this score on';
}

/** The job of the new report; opens it at the same column when it is there. */
function Again({ jobId, column }: { jobId: string; column: string }) {
  const router = useRouter();
  const job = useJob(jobId).data;
  const result = job?.result;
  const reportId =
    typeof result === 'object' && result !== null && 'reportId' in result ? String(result.reportId) : null;
  useEffect(() => {
    if (reportId !== null) router.history.push(paths.driftReport(reportId, { column }));
  }, [reportId, router, column]);
  return job ? <JobProgress job={job} /> : null;
}
