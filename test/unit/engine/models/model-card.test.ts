import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CardField } from '../../../../local-api/contract/index.ts';
import { type ReleaseFixture, releaseFixture } from '../../../kit/models/release-fixture.ts';

let fixture: ReleaseFixture;

beforeEach(async () => {
  fixture = await releaseFixture();
  await fixture.version({ metrics: { accuracy: 0.9 } });
});
afterEach(() => fixture.close());

describe('the card of a version', () => {
  test('begins with what the training makes known', async () => {
    const card = await fixture.registry.card('late', '1.0.0');
    expect(card).toMatchObject({
      fields: { evaluation: 'On the test rows: accuracy 0.9.' },
      generated: ['evaluation'],
      completeness: 1 / 9,
    });
    expect(card.missing).toHaveLength(8);
  });

  test('is filled in field by field; an empty text goes back to what the training knows', async () => {
    const fields = { licence: 'MIT', evaluation: 'Good enough.', ethics: '  ' };
    const card = await fixture.registry.updateCard('late', '1.0.0', fields);
    expect(card).toMatchObject({ fields: { licence: 'MIT', evaluation: 'Good enough.' }, generated: [] });
    expect(card.markdown).toMatch(/## Licence\n\nMIT\n\n## Evaluation\n\nGood enough\.\n$/);
    const back = await fixture.registry.updateCard('late', '1.0.0', { evaluation: '' });
    expect(back).toMatchObject({ generated: ['evaluation'], completeness: 2 / 9 });
  });

  test('counts in the gate that asks for it', async () => {
    await fixture.policy('production', {
      gates: [{ kind: 'card', minCompleteness: 0.2, required: ['intendedUse'] }],
    });
    const promote = () =>
      fixture.releases.promote('late', { version: '1.0.0', environment: 'production', reason: '' });
    await expect(promote()).rejects.toMatchObject({
      code: 'releases/gates-failed',
      problems: [{ expected: 'at least 20 % with intendedUse' }],
    });
    await fixture.registry.updateCard('late', '1.0.0', { intendedUse: 'To warn of late flights.' });
    await expect(promote()).resolves.toMatchObject({ version: '1.0.0' });
  });

  test('is complete when every field is filled in', async () => {
    const all = Object.fromEntries(CardField.options.map((field) => [field, 'text']));
    const card = await fixture.registry.updateCard('late', '1.0.0', all);
    expect(card).toMatchObject({ completeness: 1, missing: [] });
  });
});
