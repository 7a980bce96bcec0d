import type { Problem } from '../../../local-api/contract/index.ts';
import { type Bundle, bundlePaths } from '../bundle.ts';
import { digits } from '../digest.ts';
import { parseFile } from '../read-bundle.ts';
import { Sbom } from '../sbom.ts';
import { type Finding, verdictOf } from './finding.ts';

/** Whether the bill of materials has the form of CycloneDX 1.6, is about this model, and refers to what it lists only. */
export function sbomCheck({ manifest }: Bundle, files: ReadonlyMap<string, Uint8Array>): Finding {
  const sbom = parseFile(files, bundlePaths.sbom, Sbom);
  const { component } = sbom.metadata;
  const problems: Problem[] = [];
  if (component.name !== manifest.model || component.version !== manifest.version)
    problems.push({
      path: '/metadata/component',
      message: `is about ${component.name} ${component.version ?? ''}`,
    });
  if (!component.hashes.some(({ content }) => content.toLowerCase() === digits(manifest.modelDigest)))
    problems.push({ path: '/metadata/component/hashes', message: 'has another digest than the model' });
  const refs = [component, ...sbom.components].flatMap((one) => one['bom-ref'] ?? []);
  const known = new Set(refs);
  if (known.size < refs.length) problems.push({ path: '/components', message: 'has a bom-ref twice' });
  for (const { ref, dependsOn = [] } of sbom.dependencies)
    for (const one of [ref, ...dependsOn])
      if (!known.has(one))
        problems.push({ path: '/dependencies', message: `refers to "${one}", which is not listed` });
  return verdictOf(problems, {
    failed: 'The bill of materials does not belong to this model, or contradicts itself.',
    passed: `${sbom.components.length} components: ${sbom.components.map(({ name }) => name).join(', ')}.`,
  });
}
