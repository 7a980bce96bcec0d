import { expect, test } from 'vitest';
import {
  CreateMonitor,
  type CreateMonitorInput,
  type Monitor,
} from '../../../../../local-api/contract/index.ts';
import { formOfMonitor, requestOf } from '../../../../../renderer/features/monitors/monitor-form.ts';

test.each<CreateMonitorInput['watch']>([
  {
    kind: 'drift',
    dataset: 'flights',
    reference: { kind: 'previous' },
    slice: 'distance > 500',
    columns: ['delay'],
    preset: 'evidently',
    methods: { delay: 'ks' },
    thresholds: { ks: 0.01 },
  },
  { kind: 'endpoint-drift', endpoint: 'late', last: 300, reference: 'training', level: 0.01 },
  { kind: 'estimate', endpoint: 'late', last: 300, slice: "origin = 'SEA'" },
])('a monitor that is opened in the form and saved as it is stays as it is: $kind', (watch) => {
  const given = CreateMonitor.parse({
    name: 'a monitor',
    watch,
    schedule: { kind: 'cron', cron: '0 6 * * *' },
    rule: { metric: 'driftedShare', when: { kind: 'above', limit: 0.3 } },
  });
  const known: Monitor = {
    ...given,
    id: 'mon_1',
    isEnabled: true,
    state: 'ok',
    breaches: 0,
    mutedUntilMs: null,
    isChecking: false,
    requestsToGo: null,
    alertId: null,
    lastCheck: null,
    recent: [],
    nextCheckAtMs: null,
    createdAtMs: 0,
    updatedAtMs: 0,
  };
  expect(CreateMonitor.parse(requestOf(formOfMonitor(known)))).toEqual(given);
});
