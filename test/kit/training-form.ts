import {
  type ColumnProfile,
  type DatasetProfile,
  type DatasetVersion,
  Trainer,
  type TrainerInfo,
} from '../../local-api/contract/index.ts';

/** A profile of a column with 1000 values, 50 of them different. */
export function columnProfile(
  name: string,
  type: ColumnProfile['type'],
  more: Partial<ColumnProfile> = {},
): ColumnProfile {
  return {
    name,
    type,
    count: 1000,
    missing: 0,
    distinct: 50,
    min: null,
    max: null,
    mean: null,
    std: null,
    quantiles: null,
    zeros: null,
    histogram: null,
    topValues: [],
    textLength: null,
    warnings: [],
    ...more,
  };
}

const profile: DatasetProfile = {
  rows: 1000,
  columns: [
    columnProfile('Species', 'string', { distinct: 3 }),
    columnProfile('mass', 'float'),
    columnProfile('seen', 'datetime'),
    columnProfile('unit', 'string', { distinct: 1 }),
    columnProfile('ring', 'string', { distinct: 1000 }),
  ],
  correlations: null,
  duplicateRows: 0,
  warnings: [],
};

const version: DatasetVersion = {
  id: 'v1',
  dataset: 'penguins',
  version: 1,
  digest: `sha256:${'0'.repeat(64)}`,
  rows: 1000,
  sizeBytes: 1,
  columns: profile.columns.map(({ name, type }) => ({ name, type, nullable: false })),
  source: { kind: 'sample', name: 'penguins' },
  sourceName: 'penguins.json',
  options: {},
  badRows: 0,
  addedBytes: 1000,
  files: 1,
  aliases: [],
  deletedAtMs: null,
  note: '',
  tags: {},
  createdAtMs: 0,
};

function trainerInfo(kind: string): TrainerInfo {
  const { kind: _, ...defaults } = Trainer.parse({ kind });
  return {
    kind,
    title: kind,
    summary: '',
    tasks: ['classification', 'regression'],
    defaults,
    schema: {},
    usualSpace: null,
  };
}

/** Penguins as the form for a new training knows them: the target Species, the feature mass, a date, and two columns to leave out. */
export const trainingData = {
  version,
  profile,
  trainers: ['prior', 'linear', 'forest', 'gbdt', 'mlp'].map(trainerInfo),
};
