import { Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import { client } from '../../app/api.ts';
import { formatPlural } from '../../app/format.ts';
import { FormDialog } from '../../components/FormDialog.tsx';
import { ExportProgress } from './ExportProgress.tsx';
import { ExportTargetFields } from './ExportTargetFields.tsx';
import { type ExportedRuns, emptyExport, exportRequest, isComplete } from './export-request.ts';

type Props = {
  runs: ExportedRuns;
  /** How many there are, where that is known. */
  count?: number | undefined;
  /** Lets the person say which runs. */
  asksFilter?: boolean;
  onClose: () => void;
};

/** Writes runs for MLflow: where to, then how far it is and what came of it. Closing it leaves the job at work. */
export function ExportRunsDialog({ runs, count, asksFilter = false, onClose }: Props) {
  const [draft, setDraft] = useState(emptyExport);
  const [filter, setFilter] = useState('');
  const [jobId, setJobId] = useState<string | null>(null);
  const title = `Export ${count === undefined ? 'runs' : formatPlural(count, 'run')} for MLflow`;
  if (jobId !== null) {
    return (
      <Modal opened onClose={onClose} title={title} size="lg">
        <ExportProgress jobId={jobId} onClose={onClose} />
      </Modal>
    );
  }
  const start = async () => {
    const body = exportRequest(asksFilter ? { filter } : runs, draft);
    setJobId((await client.runExports.start({ body })).id);
  };
  return (
    <FormDialog
      title={title}
      submitLabel="Export"
      canSubmit={isComplete(draft)}
      onSubmit={start}
      onClose={onClose}
      size="lg"
    >
      {asksFilter ? (
        <TextInput
          label="Only runs that match"
          description="A filter as in the table of runs; empty for all runs."
          placeholder="metrics.auc > 0.7 and tags.team = 'vision'"
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
          spellCheck={false}
          mb="sm"
        />
      ) : null}
      <ExportTargetFields draft={draft} onChange={(part) => setDraft((now) => ({ ...now, ...part }))} />
    </FormDialog>
  );
}
