import type { ExportSources } from './export-files.ts';

/** What the job process needs to write an export. */
export type ExportPlan = ExportSources & {
  /** Absolute path of the folder. */
  target: string;
  /** A folder beside it, where the export is put together. */
  staging: string;
  overwrite: boolean;
  /** The stand-alone server, where it goes along. */
  server: Uint8Array | null;
};
