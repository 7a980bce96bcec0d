import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { OnnxVersion } from '../onnx/index.ts';
import { inputElementType, outputNames } from '../onnx/index.ts';
import { digits } from './digest.ts';
import type { Lineage } from './lineage.ts';

const Hash = z.object({ alg: z.string(), content: z.string().regex(/^[0-9a-fA-F]{32,128}$/) });
const Component = z.looseObject({
  type: z.string(),
  name: z.string().min(1),
  'bom-ref': z.string().min(1).optional(),
  version: z.string().optional(),
  hashes: z.array(Hash).optional(),
});

/** The part of CycloneDX 1.6 (ECMA-424) by which a bill of materials is checked when a bundle is verified. */
export const Sbom = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.literal('1.6'),
  serialNumber: z.string().regex(/^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  version: z.int().min(1),
  metadata: z.looseObject({
    timestamp: z.iso.datetime(),
    component: Component.extend({ type: z.literal('machine-learning-model'), hashes: z.array(Hash).min(1) }),
  }),
  components: z.array(Component),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()).optional() })),
});

const modelRef = 'model';
const datasetRef = 'training-data';

/**
 * The bill of materials of a bundle, CycloneDX 1.6: the model as a machine-learning-model with its card, the data that it was
 * trained on, and the packages that run it. `requirements` is the text of requirements.txt. Equal input gives equal bytes.
 */
export function sbomOf(input: {
  version: OnnxVersion;
  lineage: Lineage;
  requirements: string;
  assayVersion: string;
}): object {
  const { version, lineage } = input;
  const { dataset } = lineage;
  const packages = [...pythonPackages(input.requirements), nodePackage];
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: serialNumber(version),
    version: 1,
    metadata: {
      timestamp: new Date(version.createdAtMs).toISOString(),
      tools: { components: [{ type: 'application', name: 'assay', version: input.assayVersion }] },
      component: modelComponent(version, lineage),
    },
    components: [...(dataset === null ? [] : [dataComponent(dataset)]), ...packages],
    dependencies: [
      {
        ref: modelRef,
        dependsOn: [
          ...(dataset === null ? [] : [datasetRef]),
          ...packages.map((component) => component['bom-ref']),
        ],
      },
      ...(dataset === null ? [] : [{ ref: datasetRef }]),
      ...packages.map((component) => ({ ref: component['bom-ref'] })),
    ],
  };
}

/** Made of what the bill is about, so that it is the same each time. UUID version 8 (RFC 9562). */
function serialNumber({ model, version, digest }: OnnxVersion): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([model, version, digest]))
    .digest();
  hash[6] = 0x80 | ((hash[6] ?? 0) & 0x0f);
  hash[8] = 0x80 | ((hash[8] ?? 0) & 0x3f);
  const hex = hash.toString('hex');
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

function modelComponent({ model, version, digest, signature }: OnnxVersion, lineage: Lineage): object {
  const names = outputNames(signature.inputs);
  const outputs =
    signature.classes === null
      ? [`${names.value}: float32 [N]`]
      : [`${names.label}: string [N]`, `${names.probabilities}: float32 [N, ${signature.classes.length}]`];
  return {
    type: 'machine-learning-model',
    'bom-ref': modelRef,
    name: model,
    version,
    description: `Predicts ${signature.target} (${signature.task}), ONNX`,
    hashes: [{ alg: 'SHA-256', content: digits(digest) }],
    modelCard: {
      modelParameters: {
        approach: { type: 'supervised' },
        task: signature.task,
        ...(lineage.trainer === '' ? {} : { modelArchitecture: lineage.trainer }),
        ...(lineage.dataset === null ? {} : { datasets: [{ ref: datasetRef }] }),
        inputs: signature.inputs.map((input) => ({
          format: `${input.name}: ${inputElementType(input)} [N]`,
        })),
        outputs: outputs.map((format) => ({ format })),
      },
      quantitativeAnalysis: {
        performanceMetrics: Object.entries(lineage.metrics).map(([type, value]) => ({
          type,
          value: String(value),
        })),
      },
    },
  };
}

function dataComponent({ name, version, digest }: NonNullable<Lineage['dataset']>): object {
  const isOurs = /^sha256:[0-9a-f]{64}$/.test(digest);
  return {
    type: 'data',
    'bom-ref': datasetRef,
    name: name === '' ? 'training data' : name,
    ...(version === null ? {} : { version: String(version) }),
    ...(isOurs ? { hashes: [{ alg: 'SHA-256', content: digits(digest) }] } : {}),
    data: [{ type: 'dataset', name: name === '' ? 'training data' : name }],
  };
}

const nodePackage = {
  type: 'library',
  'bom-ref': 'pkg:npm/onnxruntime-node',
  name: 'onnxruntime-node',
  purl: 'pkg:npm/onnxruntime-node',
};

/** Lines such as `onnx>=1.18.0`; what is asked for stands in a property, because a range is no version. */
function pythonPackages(requirements: string) {
  return requirements.split('\n').flatMap((line) => {
    const [, name, range] = /^([A-Za-z0-9._-]+)\s*(\S.*)?$/.exec(line.trim()) ?? [];
    if (name === undefined) return [];
    const purl = `pkg:pypi/${name.toLowerCase()}`;
    return [
      {
        type: 'library',
        'bom-ref': purl,
        name,
        purl,
        ...(range === undefined ? {} : { properties: [{ name: 'assay:requirement', value: range }] }),
      },
    ];
  });
}
