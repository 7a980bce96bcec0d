import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type RowExplanations, Signature, type WorstRow } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { formatCount } from '../../../app/format.ts';
import { keys } from '../../../app/queries.ts';
import { KeyValue } from '../../../components/KeyValue.tsx';
import { QueryView } from '../../../components/QueryView.tsx';
import { RowAnswer } from '../../explanations/index.ts';
import { readRunText, runFiles } from '../artifacts/run-files.ts';
import classes from './evaluation.module.css';

type Props = { runId: string; row: WorstRow; onClose: () => void };
type Explained = { explanation: RowExplanations; target: string; others: { name: string; value: string }[] };

/** One of the rows that the model got most wrong: its values, and why it was answered so. */
export function WorstRowDialog({ runId, row, onClose }: Props) {
  const query = useQuery({
    queryKey: keys.part('runs', runId, 'explained-row', String(row.row)),
    queryFn: ({ signal }) => explain(runId, row, signal),
  });
  return (
    <Modal opened onClose={onClose} title={`Row ${formatCount(row.row + 1)} of the data`} size="xl">
      <p className={classes.note}>
        It was <b>{row.truth}</b>, answered was <b>{row.answer}</b>.
      </p>
      <QueryView query={query}>
        {(found) =>
          found === null ? (
            <p className={classes.note}>The data that this run learnt from is no longer here.</p>
          ) : (
            <>
              <RowAnswer explained={found.explanation} target={found.target} />
              {found.others.length > 0 ? (
                <KeyValue facts={found.others.map(({ name, value }) => ({ label: name, value }))} />
              ) : null}
            </>
          )
        }
      </QueryView>
    </Modal>
  );
}

/** null when the run does not name its data, or holds no signature. */
async function explain(runId: string, { row }: WorstRow, signal: AbortSignal): Promise<Explained | null> {
  const [run, text] = await Promise.all([
    client.runs.get({ params: { runId }, signal }),
    readRunText(runId, runFiles.signature, signal),
  ]);
  const versionId = run.inputs.find(({ datasetVersionId }) => datasetVersionId !== null)?.datasetVersionId;
  if (text === null || versionId === undefined || versionId === null) return null;
  const signature = Signature.parse(JSON.parse(text));
  const page = await client.datasets.rows({
    params: { versionId },
    query: { offset: row, limit: 1 },
    signal,
  });
  const cells = page.columns.map(({ name }, index) => ({ name, value: page.rows[0]?.[index] ?? null }));
  const inputs = new Set(signature.inputs.map(({ name }) => name));
  const asked = Object.fromEntries(
    cells.filter(({ name }) => inputs.has(name)).map(({ name, value }) => [name, value]),
  );
  const explanation = await client.explanations.rows({ body: { runId, rows: [asked] }, signal });
  const others = cells
    .filter(({ name }) => !inputs.has(name))
    .map(({ name, value }) => ({ name, value: value === null ? 'missing' : String(value) }));
  return { explanation, target: signature.target, others };
}
