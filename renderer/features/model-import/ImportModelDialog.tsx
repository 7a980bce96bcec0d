import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import { ModelImportReport, ModelImportResult, ModelName } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { paths } from '../../app/paths.ts';
import { useJob } from '../../app/use-job.ts';
import { ButtonLink } from '../../components/ButtonLink.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { type ChosenFile, FileSource } from '../../components/FileSource.tsx';
import { JobFailure } from '../../components/JobFailure.tsx';
import { JobProgress } from '../../components/JobProgress.tsx';
import classes from './model-import.module.css';
import { ReadingFields } from './ReadingFields.tsx';
import { ReportView } from './ReportView.tsx';
import { newDraft, type ReadingDraft, readingOf } from './reading-draft.ts';

type Reading = { file: ChosenFile; draft: ReadingDraft; jobId: string };

/** Shows how a model of another tool would be read, lets that be corrected, and registers it. */
export function ImportModelDialog({
  dropped = null,
  onClose,
}: {
  dropped?: File | null;
  onClose: () => void;
}) {
  const [reading, setReading] = useState<Reading | null>(null);
  const check = async (file: ChosenFile, draft: ReadingDraft) => {
    const job = await client.modelImports.check({ body: { ...file.at, ...readingOf(draft) } });
    setReading({ file, draft, jobId: job.id });
  };
  return (
    <Modal opened onClose={onClose} title="Import a model" size="xl">
      {reading === null ? (
        <>
          <FileSource
            label="Model"
            text="Drop a model here, or"
            accept=".onnx,.zip"
            placeholder="/models/late-flights.onnx"
            dropped={dropped}
            onChoose={(file) => check(file, newDraft(file.name))}
          />
          <p className="a-dim">
            An ONNX file, as scikit-learn, LightGBM, XGBoost, PyTorch or Keras export it, or a ZIP archive of
            a TensorFlow.js model (model.json with its weights).
          </p>
        </>
      ) : (
        <Read
          reading={reading}
          onCheck={(draft) => check(reading.file, draft)}
          onAgain={() => setReading(null)}
          onClose={onClose}
        />
      )}
    </Modal>
  );
}

type ReadProps = {
  reading: Reading;
  onCheck: (draft: ReadingDraft) => Promise<void>;
  onAgain: () => void;
  onClose: () => void;
};

function Read({ reading, onCheck, onAgain, onClose }: ReadProps) {
  const [draft, setDraft] = useState(reading.draft);
  const [importId, setImportId] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const { data: check, error: unread } = useJob(reading.jobId);
  const { data: importing } = useJob(importId);
  const report = ModelImportReport.safeParse(check?.result);
  const result = ModelImportResult.safeParse(importing?.result);
  const attempt = async (work: () => Promise<void>) => {
    setError(null);
    try {
      await work();
    } catch (thrown) {
      setError(thrown);
    }
  };
  const again = (
    <Button variant="default" onClick={onAgain}>
      Another file
    </Button>
  );
  if (!check) return <ErrorNote error={unread} />;
  if (check.error !== null)
    return (
      <>
        <JobFailure error={check.error} />
        <div className={classes.actions}>{again}</div>
      </>
    );
  if (!report.success) return <JobProgress job={check} />;
  if (result.success)
    return (
      <>
        <p role="status">
          {result.data.change === 'added' ? 'Registered' : 'Registered already'}: {result.data.model}{' '}
          {result.data.version}.
        </p>
        <div className={classes.actions}>
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <ButtonLink href={paths.model(result.data.model, { version: result.data.version })}>
            Open the model
          </ButtonLink>
        </div>
      </>
    );

  const isBusy = importId !== null && !importing?.error;
  const isChanged = JSON.stringify(readingOf(draft)) !== JSON.stringify(readingOf(reading.draft));
  const canRegister =
    ModelName.safeParse(draft.name).success && (isChanged || report.data.problems.length === 0);
  const register = () =>
    attempt(async () => {
      const body = { ...reading.file.at, ...readingOf(draft), name: draft.name };
      setImportId((await client.modelImports.create({ body })).id);
    });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (canRegister && !isBusy) void register();
      }}
    >
      <ReportView report={report.data} />
      <ReadingFields draft={draft} report={report.data} onChange={setDraft} />
      <ErrorNote error={error} />
      {importing?.error ? <JobFailure error={importing.error} /> : null}
      {importing && !importing.error ? <JobProgress job={importing} /> : null}
      <div className={classes.actions}>
        {again}
        <Button
          variant="default"
          disabled={!isChanged || isBusy}
          onClick={() => void attempt(() => onCheck(draft))}
        >
          Read it so
        </Button>
        <Button type="submit" disabled={!canRegister} loading={isBusy}>
          Register the model
        </Button>
      </div>
    </form>
  );
}
