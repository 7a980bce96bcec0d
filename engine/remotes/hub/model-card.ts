import { stringify } from 'yaml';
import type { Bundle } from '../target.ts';

/** Stands between the card and the README of the files, which comes back as it was. */
const divider = '\n<!-- The README of the files follows. -->\n\n';

/**
 * README.md as the hub reads it: front matter, the card of the model, and the README that goes along with the files.
 * Source: Hugging Face Hub documentation, "Model Cards" and its metadata specification.
 */
export function hubReadme(bundle: Bundle, readme: string, license: string | undefined): string {
  const { version } = bundle;
  const front = stringify(frontMatter(bundle, license), { lineWidth: 0 });
  const card = version.card === '' ? `# ${version.model}\n` : `${version.card.trimEnd()}\n`;
  return `---\n${front}---\n\n${card}${divider}${readme}`;
}

/** The README of the files in one of the hub; null when it is not one of ours. */
export function readmeIn(hubReadme: string): string | null {
  const at = hubReadme.lastIndexOf(divider);
  return at < 0 ? null : hubReadme.slice(at + divider.length);
}

function frontMatter({ version }: Bundle, license: string | undefined): Record<string, unknown> {
  const { signature, trainer, metrics, model, datasetVersionId } = version;
  // The hub knows no orders of rows; their scores are numbers.
  const task = { type: `tabular-${signature.task === 'ranking' ? 'regression' : signature.task}` };
  const dataset = { name: datasetVersionId ?? 'own data', type: 'tabular' };
  const measured = Object.entries(metrics)
    .filter(([, value]) => Number.isFinite(value))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ({ type: name, value, name }));
  return {
    ...(license === undefined ? {} : { license }),
    library_name: 'onnx',
    pipeline_tag: task.type,
    tags: ['onnx', 'tabular', 'assay', ...(trainer === '' ? [] : [trainer])],
    ...(measured.length === 0
      ? {}
      : { 'model-index': [{ name: model, results: [{ task, dataset, metrics: measured }] }] }),
  };
}
