import type { Column, DriftWindow, Signature } from '../../../local-api/contract/index.ts';

/** A column as far as a comparison has to know it. */
export type WindowColumn = Pick<Column, 'name' | 'type'>;

/** Where the rows of a window are. `isNumber`: whether the truth is one. */
export type WindowSource =
  | {
      kind: 'files';
      files: readonly string[];
      rows: number;
      targetSql: string | null;
      isNumber: boolean;
    }
  /** A predictions file as trainings keep it. */
  | { kind: 'predictions'; file: Uint8Array; isNumber: boolean }
  /** Logged requests, a JSON object a line. */
  | { kind: 'requests'; path: string; inputs: Signature['inputs']; isNumber: boolean };

/** A window before its rows are read. */
export type PlannedWindow = {
  window: DriftWindow;
  name: string;
  versionId: string | null;
  /** churn/1.2.0 */
  model: string | null;
  columns: readonly WindowColumn[];
  source: WindowSource;
  notes: string[];
};

/** Names of what stands beside the columns of a window. */
export const windowColumns = {
  truth: 'assay.truth',
  label: 'assay.label',
  value: 'assay.value',
  at: 'assay.at',
  probability: (className: string) => `assay.p.${className}`,
} as const;
