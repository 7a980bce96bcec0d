import type { ModelImportReport } from '../../../local-api/contract/index.ts';
import { formatBytes } from '../../app/format.ts';
import { PlainTable } from '../../components/PlainTable.tsx';
import classes from './model-import.module.css';

const formats: Record<ModelImportReport['format'], string> = {
  onnx: 'ONNX',
  'tfjs-layers': 'TensorFlow.js layers',
  'tfjs-graph': 'TensorFlow.js graph',
};

/** What is in the file, and how it would answer. */
export function ReportView({ report }: { report: ModelImportReport }) {
  const { inputs, outputs, signature, warnings, problems } = report;
  const rows = [
    ...inputs.map((value) => ({ ...value, what: 'takes' })),
    ...outputs.map((value) => ({ ...value, what: 'gives' })),
  ];
  const shownClasses = signature?.classes?.slice(0, 20).join(', ') ?? '';
  const more = (signature?.classes?.length ?? 0) - 20;
  return (
    <section aria-label="What the file holds">
      <p className={classes.file}>
        <strong>{report.file}</strong> {formats[report.format]}, {formatBytes(report.sizeBytes)}
        {report.producer === '' ? '' : `, made by ${report.producer}`}
      </p>
      <PlainTable
        label="Inputs and outputs of the graph"
        isInset
        maxHeight={220}
        rows={rows}
        keyOf={({ what, name }) => `${what} ${name}`}
        columns={[
          { name: 'The graph', cell: ({ what }) => what },
          { name: 'Tensor', cell: ({ name }) => name, namesRow: true },
          { name: 'Type', cell: ({ type }) => type },
          { name: 'Shape', cell: ({ shape }) => (shape === null ? '?' : `[${shape.join(', ')}]`) },
        ]}
      />
      {signature === null ? null : (
        <p className={classes.answer}>
          {signature.inputs.length === 1 ? 'One column' : `${signature.inputs.length} columns`} in,{' '}
          {signature.classes === null ? 'a number out' : `one of ${signature.classes.length} classes out`}
          {signature.classes === null ? '' : ` (${shownClasses}${more > 0 ? ` and ${more} more` : ''})`}.
        </p>
      )}
      {warnings.length + problems.length === 0 ? null : (
        <ul className={classes.notes} aria-label="Problems and remarks">
          {problems.map(({ path, message, expected }) => (
            <li key={`${path} ${message}`} data-tone="bad">
              {message}
              {expected === undefined ? '' : `; expected: ${expected}`}
            </li>
          ))}
          {warnings.map((warning) => (
            <li key={warning} data-tone="warn">
              {warning}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
