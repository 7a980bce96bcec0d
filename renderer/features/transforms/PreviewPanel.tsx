import { SegmentedControl } from '@mantine/core';
import type { Column, TransformCheck, TransformDefinitionInput } from '../../../local-api/contract/index.ts';
import { formatCount } from '../../app/format.ts';
import { CodeBlock } from '../../components/CodeBlock.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { Panel } from '../../components/Panel.tsx';
import { ScrollRegion } from '../../components/ScrollRegion.tsx';
import { CellValue } from '../datasets/CellValue.tsx';
import { usePreview } from './transform-queries.ts';
import classes from './transforms.module.css';

type Props = {
  definition: TransformDefinitionInput;
  check: TransformCheck | undefined;
  /** What is shown: rows after a step (−1: the input; undefined: of the whole), or the SQL. */
  step: number | undefined;
  title: string;
  part: string | undefined;
  onPart: (part: string) => void;
  view: 'rows' | 'sql';
  onView: (view: 'rows' | 'sql') => void;
};

const isNumber = (type: Column['type']): boolean => type === 'integer' || type === 'float';

/** The first rows of what is written, after each change. */
export function PreviewPanel(props: Props) {
  const { definition, check, step, title, part, onPart, view, onView } = props;
  const parts = check?.outputs.length && check.outputs.length > 1 && step === undefined ? check.outputs : [];
  const preview = usePreview(definition, { step, part: parts.length > 0 ? part : undefined });
  const { data } = preview;
  const isStale = preview.isPlaceholderData || preview.isFetching;
  return (
    <Panel
      title={title}
      padding="none"
      aside={
        <>
          {parts.length > 0 && view === 'rows' ? (
            <SegmentedControl
              aria-label="Part"
              size="xs"
              value={part ?? parts[0]?.part ?? ''}
              onChange={onPart}
              data={parts.map((one) => one.part)}
            />
          ) : null}
          <SegmentedControl
            aria-label="Show"
            size="xs"
            value={view}
            onChange={(value) => onView(value === 'sql' ? 'sql' : 'rows')}
            data={[
              { value: 'rows', label: 'Rows' },
              { value: 'sql', label: 'SQL' },
            ]}
          />
        </>
      }
    >
      {view === 'sql' ? (
        check?.sql ? (
          <CodeBlock code={check.sql} label="The SQL of the transform" maxHeight={640} />
        ) : (
          <p className={classes.note}>The SQL is shown once there are no faults.</p>
        )
      ) : data ? (
        <>
          <ScrollRegion
            label="Preview of the rows"
            className={classes.preview}
            data-stale={isStale || undefined}
          >
            <table className={classes.table}>
              <thead>
                <tr>
                  {data.columns.map((column) => (
                    <th key={column.name} scope="col" data-number={isNumber(column.type) || undefined}>
                      {column.name} <span className="a-dim">{column.type}</span>
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {data.rows.map((row, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity of their own.
                  <tr key={index}>
                    {data.columns.map((column, at) => (
                      <td key={column.name} data-number={isNumber(column.type) || undefined}>
                        <CellValue value={row[at]} type={column.type} />
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollRegion>
          <p className={classes.note} role="status">
            {data.rows.length === 0
              ? 'No rows'
              : `The first ${formatCount(data.rows.length)} rows, ${formatCount(data.columns.length)} columns`}
            {data.basis === 'first-rows'
              ? `: of the first ${formatCount(data.basisRows)} rows of each input only, since the whole takes longer. A run takes all rows.`
              : `, in ${formatCount(Math.round(data.milliseconds))} ms.`}
          </p>
        </>
      ) : preview.error && (check?.problems.length ?? 0) > 0 ? (
        <p className={classes.note}>The rows are shown here once what is wrong is corrected.</p>
      ) : preview.error ? (
        <ErrorNote error={preview.error} />
      ) : (
        <p className={classes.note}>
          {definition.inputs && Object.keys(definition.inputs).length > 0
            ? 'The rows are shown here once the steps are complete.'
            : 'Choose a dataset to see its rows.'}
        </p>
      )}
    </Panel>
  );
}
