import type { ArtifactEntry, Experiment, MetricSeries, Run } from '../../../local-api/contract/index.ts';

/** A run with what it takes to write it elsewhere; histories and files are read when they are asked for. */
export type ExportedRun = {
  run: Run;
  experiment: Experiment;
  /** Its tags and, under MLflow's names, what Assay has fields for: name, user, source, notes, parent. */
  tags: Record<string, string>;
  /** The whole history of a metric, in pieces, by step and time. */
  history(key: string): AsyncGenerator<MetricSeries>;
  files(): Promise<ArtifactEntry[]>;
  download(path: string): Promise<ReadableStream<Uint8Array>>;
};

/** What was left out, and why. */
export type Skip = (reason: string, what: string) => void;

/** Writes a run; gives the number of its files, or null when it was there already. */
export type RunExporter = (each: ExportedRun) => Promise<number | null>;
