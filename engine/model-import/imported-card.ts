import type { ModelImportReport, Signature } from '../../local-api/contract/index.ts';
import { inlineCode as code, markdownTable as table } from '../markdown/index.ts';

/** The model card of a foreign model, Markdown: what the file says, and what it does not. Equal input gives equal text. */
export function importedCard(report: ModelImportReport, signature: Signature, assayVersion: string): string {
  const { classes, positive, target } = signature;
  const facts: [string, string][] = [
    ['Origin', `Imported from ${code(report.file)}`],
    ['Digest of that file', code(report.digest)],
    ['Made by', report.producer === '' ? 'not said' : code(report.producer)],
    ['Task', signature.task],
    ...(classes === null ? [] : [['Classes', classes.map(code).join(', ')] satisfies [string, string]]),
    ...(positive === null ? [] : [['Positive class', code(positive)] satisfies [string, string]]),
    ['Format', formats[report.format]],
    [
      'Operator sets',
      Object.entries(report.opsets)
        .map(([name, v]) => code(`${name} ${v}`))
        .join(', '),
    ],
    ['Operators', operatorText(report)],
    ['Taken over by', `Assay ${assayVersion}`],
  ];
  const columns = signature.inputs.map(({ name, type, nullable }) => [
    code(name),
    type,
    nullable ? 'may be missing' : 'always',
  ]);
  return [
    `# Predicts ${code(target)}`,
    table(['Fact', 'Value'], facts),
    '## Intended use\n\n_Say here who should use this model, for which decision, and where it must not be used._',
    `## Inputs\n\n${table(['Column', 'Type', 'Present'], columns)}`,
    `## Data\n\nThis model was imported: it is not known here what it was trained on. So there are no test rows and no figures, and new data cannot be compared with those of the training unless a dataset is named.`,
    `## Limits\n\n${limits(report)
      .map((line) => `- ${line}`)
      .join('\n')}`,
  ]
    .join('\n\n')
    .concat('\n');
}

const formats: Readonly<Record<ModelImportReport['format'], string>> = {
  onnx: 'ONNX; inputs and answers were laid around the graph, which is unchanged',
  'tfjs-layers': 'TensorFlow.js layers, converted to ONNX',
  'tfjs-graph': 'TensorFlow.js graph, converted to ONNX',
};

const mostOperators = 12;

function operatorText({ operators }: ModelImportReport): string {
  const shown = operators.slice(0, mostOperators).map(({ name, count }) => `${name} × ${count}`);
  const more = operators.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

function limits({ warnings }: ModelImportReport): string[] {
  return [
    ...warnings,
    'Measure it on data with the truth before relying on it: compare versions, or set gates, on a dataset version.',
    'Numbers travel as 64-bit floats to the graph, which may round them to 32 bits.',
    '_Add what you know of groups for which the model works less well, and of harm that a wrong answer can do._',
  ];
}
