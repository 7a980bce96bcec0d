import { describe, expect, it } from 'vitest';
import { deepLinkIn, routeOfDeepLink } from '../../../electron/app/deep-link.ts';

const runId = 'a'.repeat(32);

describe('routeOfDeepLink', () => {
  it.each([
    [`assay://run/${runId}`, `/runs/${runId}`],
    [`assay://run/${runId}/`, `/runs/${runId}`],
    ['assay://experiment/12', '/experiments/12'],
    ['assay://model/late%20flights', '/models/late%20flights'],
    ['assay://dataset/flights', '/datasets/flights'],
    ['assay://drift-report/dr_0mc3k', '/drift/dr_0mc3k'],
  ])('takes %s to %s', (link, route) => {
    expect(routeOfDeepLink(link)).toBe(route);
  });

  it.each([
    'assay://run/not-a-run',
    'assay://experiment/1;drop',
    'assay://delete/everything',
    'assay://constructor/x',
    'assay://model/..',
    'assay://model/%2e%2e%2fsettings',
    'assay://model/a/b',
    'assay://model/',
    'assay://model/%zz',
    `assay://model/${'x'.repeat(200)}`,
    'https://example.com/runs/1',
    'javascript:alert(1)',
    'not a link',
  ])('refuses %s', (link) => {
    expect(routeOfDeepLink(link)).toBeNull();
  });

  it('finds the link wherever Chromium put it among the arguments', () => {
    expect(deepLinkIn(['/usr/bin/assay', '--flag', 'assay://run/1', '--more'])).toBe('assay://run/1');
    expect(deepLinkIn(['/usr/bin/assay'])).toBeNull();
  });
});
