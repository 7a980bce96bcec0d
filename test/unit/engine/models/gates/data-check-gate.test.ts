import { describe, expect, it } from 'vitest';
import { judgeFacts } from '../../../../../engine/models/gates/fact-gates.ts';
import type { GateFacts } from '../../../../../engine/models/gates/gate-facts.ts';
import { Gate, ReleasePolicy } from '../../../../../local-api/contract/index.ts';

function judge(dataCheck: GateFacts['dataCheck'], warnings?: 'allow' | 'refuse') {
  const gate = Gate.parse({ kind: 'data-validation', ...(warnings === undefined ? {} : { warnings }) });
  if (gate.kind !== 'data-validation') throw new Error('another gate');
  return judgeFacts(gate, {
    environment: 'production',
    policy: ReleasePolicy.parse({}),
    candidate: {
      version: '1.0.0',
      digest: '',
      sizeBytes: 0,
      signature: { task: 'regression', inputs: [], target: 'y', classes: null, positive: null },
      metrics: {},
      cardFields: [],
    },
    champion: null,
    occupant: null,
    evaluation: null,
    drift: null,
    dataCheck,
    approvals: [],
    visited: [],
  });
}

const check = { validationId: 'dvl_1', name: 'flights v2', failed: 0, warned: 0, unknown: 0 };

describe('the gate of checks of the data', () => {
  it('is skipped without a check, and fails by a broken rule', () => {
    expect(judge(null).verdict).toBe('skipped');
    expect(judge(check).verdict).toBe('pass');
    expect(judge({ ...check, failed: 2 })).toMatchObject({
      verdict: 'fail',
      measured: '2 broken, 0 warnings',
    });
  });

  it('lets warnings pass unless told otherwise', () => {
    expect(judge({ ...check, warned: 1 }).verdict).toBe('pass');
    expect(judge({ ...check, warned: 1 }, 'refuse').verdict).toBe('fail');
    expect(judge({ ...check, unknown: 1 }, 'refuse').verdict).toBe('fail');
  });
});
