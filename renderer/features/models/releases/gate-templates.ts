import type { z } from 'zod';
import type { Gate } from '../../../../local-api/contract/index.ts';

/** A gate of each kind to start from. */
export const gateTemplates: readonly { label: string; gate: z.input<typeof Gate> }[] = [
  { label: 'A metric within limits', gate: { kind: 'metric', metric: 'auc', min: 0.8 } },
  {
    label: 'Not worse than the version in place',
    gate: { kind: 'champion', metric: 'log_loss', require: 'not-shown-worse', tolerance: 0 },
  },
  { label: 'Time of a prediction', gate: { kind: 'latency', p95Ms: 20 } },
  { label: 'Size of the file', gate: { kind: 'size', maxBytes: 50_000_000 } },
  {
    label: 'A metric within each part of a column',
    gate: { kind: 'slices', column: '', metric: 'accuracy', min: 0.7, maxDifference: 0.1 },
  },
  { label: 'Drift of its data', gate: { kind: 'drift', maxShare: 0.3 } },
  { label: 'Checks of its data', gate: { kind: 'data-validation', warnings: 'allow' } },
  { label: 'Signature fits the callers', gate: { kind: 'signature' } },
  { label: 'Golden rows', gate: { kind: 'golden', rows: 100, tolerance: 1e-6 } },
  { label: 'Model card filled in', gate: { kind: 'card', minCompleteness: 0.6, required: ['intendedUse'] } },
  { label: 'Approvals', gate: { kind: 'approvals', count: 1 } },
  { label: 'Was in another environment before', gate: { kind: 'environment', environment: 'staging' } },
];
