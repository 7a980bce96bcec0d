import {
  IconActivity,
  IconArrowsSplit,
  IconBox,
  IconDatabase,
  IconFileImport,
  IconFlask2,
  IconTableImport,
  IconTransform,
} from '@tabler/icons-react';
import type { LineageKind, LineageNode } from '../../../local-api/contract/index.ts';
import { paths } from '../../app/paths.ts';

export const kindIcons: Record<LineageKind, typeof IconBox> = {
  source: IconFileImport,
  dataset: IconDatabase,
  transform: IconTransform,
  run: IconFlask2,
  model: IconBox,
  endpoint: IconArrowsSplit,
  batch: IconTableImport,
  drift: IconActivity,
};

export const kindWords: Record<LineageKind, string> = {
  source: 'Source',
  dataset: 'Dataset',
  transform: 'Transform',
  run: 'Run',
  model: 'Model',
  endpoint: 'Endpoint',
  batch: 'Batch',
  drift: 'Drift report',
};

/** The page of a node; null for what has none. */
export function hrefOf({ kind, subject, isGone }: LineageNode): string | null {
  if (isGone) return null;
  const { name, version } = subject;
  switch (kind) {
    case 'dataset':
      return paths.dataset(name, { version: Number(version) });
    case 'transform':
      return paths.transform(name);
    case 'run':
      return paths.run(name);
    case 'model':
      return paths.model(name, version === null ? {} : { version });
    case 'endpoint':
      return paths.endpoint(name);
    case 'batch':
      return paths.batch(name);
    case 'drift':
      return paths.driftReport(name);
    case 'source':
      return null;
  }
}
