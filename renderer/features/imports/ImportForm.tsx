import { Button, Checkbox, Group, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Job } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { Panel } from '../../components/Panel.tsx';
import { emptyDraft, formatLabels, type ImportDraft, importRequest } from './import-request.ts';
import classes from './imports.module.css';

const formats = Object.entries(formatLabels).map(([value, label]) => ({ value, label }));

function isFormat(value: string | null): value is ImportDraft['format'] {
  return value !== null && Object.hasOwn(formatLabels, value);
}

/** Where the runs are and how they are to be read. */
export function ImportForm({ path, onStarted }: { path: string; onStarted: (job: Job) => void }) {
  const [draft, setDraft] = useState<ImportDraft>({ ...emptyDraft, path });
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const change = (part: Partial<ImportDraft>) => setDraft((now) => ({ ...now, ...part }));
  const start = async () => {
    setBusy(true);
    setError(null);
    try {
      onStarted(await client.runImports.start({ body: importRequest(draft) }));
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  const isMlflow = draft.format === 'auto' || draft.format === 'mlflow-database' || draft.format === 'mlruns';
  return (
    <Panel title="Where the runs are">
      <form
        className={classes.fields}
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
      >
        <TextInput
          label="File or folder"
          description="As a full path on the machine where the engine runs."
          placeholder="/home/me/project/mlruns"
          value={draft.path}
          onChange={(event) => change({ path: event.currentTarget.value })}
          spellCheck={false}
          required
        />
        <Select
          label="Written by"
          data={formats}
          value={draft.format}
          onChange={(format) => (isFormat(format) ? change({ format }) : undefined)}
          allowDeselect={false}
        />
        {draft.format === 'tensorboard' || draft.format === 'auto' ? (
          <TextInput
            label="Experiment"
            description="For TensorBoard, which knows none. By default the name of the folder."
            value={draft.experiment}
            onChange={(event) => change({ experiment: event.currentTarget.value })}
          />
        ) : null}
        <Checkbox
          label="Take the files of the runs along"
          checked={draft.artifacts}
          onChange={(event) => change({ artifacts: event.currentTarget.checked })}
        />
        {isMlflow && draft.artifacts ? (
          <TextInput
            label="Folder of the server's files"
            description="Only where the MLflow server kept files somewhere else than beside its database."
            value={draft.artifactsRoot}
            onChange={(event) => change({ artifactsRoot: event.currentTarget.value })}
            spellCheck={false}
          />
        ) : null}
        <ErrorNote error={error} />
        <Group>
          <Button type="submit" loading={isBusy} disabled={draft.path.trim() === ''}>
            Import
          </Button>
        </Group>
      </form>
    </Panel>
  );
}
