import pc from 'picocolors';
import type { DatasetVersion } from '../contract/index.ts';
import { type Column, formatBytes, formatCount, formatTime } from './output.ts';

/** How versions of a dataset are listed. */
export const versionColumns: Column<DatasetVersion>[] = [
  { title: 'version', value: (v) => `${v.dataset}@${v.version}` },
  { title: 'rows', value: (v) => formatCount(v.rows), align: 'right' },
  { title: 'names', value: (v) => pc.cyan(v.aliases.join(', ')) },
  { title: 'size', value: (v) => formatBytes(v.sizeBytes), align: 'right' },
  { title: 'new', value: (v) => formatBytes(v.addedBytes), align: 'right' },
  { title: 'digest', value: (v) => v.digest.slice(0, 19) },
  { title: 'imported', value: (v) => formatTime(v.createdAtMs) },
  { title: 'id', value: (v) => pc.dim(v.id) },
  { title: 'note', value: (v) => v.note },
];
