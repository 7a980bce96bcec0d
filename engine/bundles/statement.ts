import { z } from 'zod';
import { digits } from './digest.ts';
import type { Lineage } from './lineage.ts';

/** in-toto Statement v1 (in-toto/attestation, spec/v1/statement.md), as far as it is read back. */
export const Statement = z.object({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z.array(z.object({ name: z.string(), digest: z.looseObject({ sha256: z.string() }) })).min(1),
  predicateType: z.literal('https://slsa.dev/provenance/v1'),
  predicate: z.looseObject({
    buildDefinition: z.looseObject({
      buildType: z.string().min(1),
      externalParameters: z.record(z.string(), z.unknown()),
      resolvedDependencies: z
        .array(z.looseObject({ digest: z.record(z.string(), z.string()).optional() }))
        .optional(),
    }),
    runDetails: z.looseObject({ builder: z.looseObject({ id: z.string().min(1) }) }),
  }),
});
export type Statement = z.infer<typeof Statement>;

/** How training runs of Assay are described: `externalParameters` has the recipe, dependencies the data and the code. */
const buildType = 'urn:assay:build:training-run:1';
const builderId = 'urn:assay:engine';

/**
 * Where the files of a bundle come from: an in-toto statement whose subjects are the files, with a SLSA provenance v1 predicate
 * (slsa.dev/spec/v1.0/provenance): builder, recipe, data and code by digest, and the run. One line of JSON.
 */
export function statementOf(input: {
  files: readonly { path: string; digest: string }[];
  lineage: Lineage;
  /** The parsed recipe.json; null when the run holds none. */
  recipe: unknown;
  model: string;
  version: string;
  assayVersion: string;
}): string {
  const { lineage, recipe } = input;
  const { run } = lineage;
  return JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: input.files.map(({ path, digest }) => ({ name: path, digest: { sha256: digits(digest) } })),
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType,
        externalParameters: {
          model: input.model,
          version: input.version,
          trainer: lineage.trainer,
          ...(recipe === null ? {} : { recipe }),
        },
        internalParameters: {},
        resolvedDependencies: materials(lineage),
      },
      runDetails: {
        builder: { id: builderId, version: { assay: input.assayVersion } },
        metadata:
          run === null
            ? {}
            : {
                invocationId: `urn:assay:run:${run.id}`,
                startedOn: new Date(run.startedAtMs).toISOString(),
                ...(run.endedAtMs === null ? {} : { finishedOn: new Date(run.endedAtMs).toISOString() }),
              },
      },
    },
  });
}

/** Resource descriptors of data and code. */
function materials({ dataset, run }: Lineage): object[] {
  const found: object[] = [];
  if (dataset !== null) {
    const isOurs = /^sha256:[0-9a-f]{64}$/.test(dataset.digest);
    found.push({
      name: dataset.name,
      uri: `urn:assay:dataset:${encodeURIComponent(dataset.name)}${dataset.version === null ? '' : `:${dataset.version}`}`,
      // Other trackers name data by digests of their own, of which in-toto knows no algorithm.
      digest: isOurs ? { sha256: digits(dataset.digest) } : { other: dataset.digest },
    });
  }
  if (run?.commit !== null && run?.commit !== undefined)
    found.push({ name: 'source', uri: 'urn:assay:source', digest: { gitCommit: run.commit } });
  return found;
}
