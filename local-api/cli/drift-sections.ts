import pc from 'picocolors';
import type { DriftReport, DriftSection } from '../contract/index.ts';
import type { Output } from './output.ts';

const titles: Readonly<Record<DriftSection, string>> = {
  estimate: 'Estimated performance',
  concept: 'Performance',
  prediction: 'Answers',
  target: 'Truth',
  quality: 'Data quality',
  multivariate: 'All columns',
  embedding: 'Embeddings',
  text: 'Texts',
  causes: 'Causes',
};

/** What the parts of a report found, a line each, what could not be told, and what to do. */
export function printSections(output: Pick<Output, 'line'>, { sections }: DriftReport): void {
  if (sections === null) return;
  const lines: string[] = [];
  const skipped: string[] = [];
  for (const [name, title] of Object.entries(titles) as [DriftSection, string][]) {
    const section = sections[name];
    if (section.status === 'skipped') skipped.push(pc.dim(`${title}: ${section.reason}`));
    else if (name !== 'causes' || section.drifted) {
      lines.push(`${section.drifted ? pc.yellow(title) : pc.green(title)}: ${section.finding}`);
    }
  }
  output.line();
  for (const line of [...lines, ...skipped]) output.line(line);
  const { causes } = sections;
  if (causes.status === 'done' && causes.drifted && causes.upstream.length > 0) {
    output.line();
    output.line('What it was made of');
    for (const { text, drift } of causes.upstream) {
      const columns = drift?.drifted.slice(0, 4).join(', ') ?? '';
      output.line(
        `- ${text}${drift === null ? '' : ` ${drift.drifted.length} of ${drift.columns} columns drifted${columns === '' ? '' : `: ${columns}`}.`}`,
      );
    }
  }
  if (causes.status !== 'done' || !causes.drifted || causes.actions.length === 0) return;
  output.line();
  output.line('What to do');
  for (const [i, { text }] of causes.actions.entries()) output.line(`${i + 1}. ${text}`);
}
