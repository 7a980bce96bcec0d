import { z } from 'zod';
import { Problem, Tags } from './common.ts';
import { endpoint } from './endpoint.ts';

/** Tags by which the workbench marks runs; tags like any other, so they can be filtered, sorted and scripted. */
export const runMarks = {
  /** "true": stays at the top of the table. */
  pinned: 'assay.pinned',
  /** The colour of the run in tables and charts, as "#rrggbb". */
  color: 'assay.color',
  /** "true": a favourite. */
  starred: 'assay.starred',
} as const;

export const ChangeRunTags = z.object({
  runIds: z.array(z.string()).min(1).max(1000),
  set: Tags.default({}),
  remove: z.array(z.string().min(1).max(250)).max(100).default([]),
});
export type ChangeRunTags = z.infer<typeof ChangeRunTags>;

export const runTagsApi = {
  change: endpoint({
    id: 'runs.changeTags',
    method: 'POST',
    path: '/api/v1/runs/tags',
    summary: 'Set and remove tags of many runs at once',
    description:
      'One transaction. Runs that are not there, or deleted, are told under `problems` and the others are changed; a run that had it all so already counts as not changed. Pins, colours and stars are the tags assay.pinned, assay.color and assay.starred.',
    body: ChangeRunTags,
    response: z.object({
      changed: z.int(),
      problems: z.array(Problem).describe('`path` is the id of the run'),
    }),
    example: { body: { runIds: ['00000000000000000000000000000000'], set: { 'assay.starred': 'true' } } },
  }),
};
