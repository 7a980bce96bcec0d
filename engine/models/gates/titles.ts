import type { Gate } from '../../../local-api/contract/index.ts';

/** What a gate asks for, in a few words. */
export function titleOf(gate: Gate): string {
  switch (gate.kind) {
    case 'metric':
      return `Metric ${gate.metric}`;
    case 'champion':
      return `${gate.metric} against the version in place`;
    case 'latency':
      return 'Time of a prediction';
    case 'size':
      return 'Size of the file';
    case 'drift':
      return 'Drift of its data';
    case 'data-validation':
      return 'Checks of the data';
    case 'slices':
      return `${gate.metric} by ${gate.column}`;
    case 'card':
      return 'Model card';
    case 'signature':
      return 'Signature';
    case 'golden':
      return 'Golden rows';
    case 'approvals':
      return 'Approvals';
    case 'environment':
      return `Was in ${gate.environment}`;
  }
}
