import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { SemVer } from './models.ts';
import { CardField } from './release-policy.ts';

/** The parts of a model card: what its training makes known, and what people write. */
export const ModelCard = z
  .object({
    model: z.string(),
    version: SemVer,
    fields: z.partialRecord(CardField, z.string()).describe('Markdown by field'),
    generated: z.array(CardField).describe('Fields that nobody wrote: they come from the training'),
    missing: z.array(CardField),
    completeness: z.number().min(0).max(1).describe('Share of the fields that are filled in'),
    markdown: z.string().describe('The text of the card with its fields below, as one document'),
  })
  .meta({ id: 'ModelCard' });
export type ModelCard = z.infer<typeof ModelCard>;

const byVersion = z.object({ model: z.string(), version: z.string() });
const errors = ['models/not-found', 'models/version-not-found', 'models/alias-not-found'] as const;

export const modelCardsApi = {
  get: endpoint({
    id: 'modelCards.get',
    method: 'GET',
    path: '/api/v1/models/{model}/versions/{version}/card',
    summary: 'The model card of a version by field, with what is missing',
    params: byVersion,
    response: ModelCard,
    errors,
  }),
  update: endpoint({
    id: 'modelCards.update',
    method: 'PATCH',
    path: '/api/v1/models/{model}/versions/{version}/card',
    summary: 'Write fields of a model card; an empty text goes back to what the training makes known',
    params: byVersion,
    body: z.object({ fields: z.partialRecord(CardField, z.string().max(20_000)) }),
    response: ModelCard,
    errors,
  }),
};
