import { describe, expect, it } from 'vitest';
import { pageOfMlflowLink } from '../../../../renderer/app/mlflow-links.ts';

const run = '0123456789abcdef'.repeat(2);

describe('pageOfMlflowLink', () => {
  it.each([
    [`#/experiments/4/runs/${run}`, `/runs/${run}`],
    [`#/experiments/4/runs/${run}/artifacts`, `/runs/${run}`],
    [`#/experiments/4/traces?compareTo=x&selectedEvaluationId=tr-${run}`, `/traces/tr-${run}`],
    ['#/experiments/4', '/experiments/4'],
    ['#/models/late%20flights/versions/2', '/models/late%20flights'],
  ])('takes %s to %s', (fragment, page) => {
    expect(pageOfMlflowLink(fragment)).toBe(page);
  });
  it.each(['', '#main', '#/experiments/x', '#/elsewhere', `#//evil.test/${run}`])(
    'leaves %j alone',
    (fragment) => {
      expect(pageOfMlflowLink(fragment)).toBeNull();
    },
  );
});
