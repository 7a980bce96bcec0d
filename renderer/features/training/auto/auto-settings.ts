import { Auto, AutoTrainer } from '../../../../local-api/contract/index.ts';

/** What stands for "Assay chooses" among the trainers of a draft; then it stands there alone. */
export const autoKind = 'auto';

/** What the form edits of it; the lists that a run writes to be repeated are no choice of people. */
export type AutoSettings = Omit<Auto, 'candidates' | 'members'>;

const usual: AutoSettings = Auto.parse({});

/** Budgets to choose from at once, in seconds. */
export const budgets: readonly { seconds: number; label: string }[] = [
  { seconds: 60, label: '1 min' },
  { seconds: 300, label: '5 min' },
  { seconds: 1800, label: '30 min' },
];

/** All settings, from those that differ from the usual ones. A number or name that is being typed may still be wrong. */
export function readAuto(settings: Readonly<Record<string, unknown>>): AutoSettings {
  const { budgetSeconds, metric, trainers, ensemble, models } = settings;
  const { shape } = Auto;
  return {
    budgetSeconds: typeof budgetSeconds === 'number' ? budgetSeconds : usual.budgetSeconds,
    metric: typeof metric === 'string' ? metric : undefined,
    trainers: shape.trainers.safeParse(trainers).data,
    ensemble: shape.ensemble.safeParse(ensemble).data ?? usual.ensemble,
    models: shape.models.safeParse(models).data ?? usual.models,
  };
}

/**
 * Only what differs from the usual, so that the recipe reads short; the budget always, since it is what people ask for first.
 * Lists that a run has written are left out: the choice is made anew.
 */
export function shortAuto(settings: AutoSettings): Record<string, unknown> {
  const { budgetSeconds, metric, trainers, ensemble, models } = settings;
  return {
    budgetSeconds,
    ...(metric === undefined || metric === '' ? {} : { metric }),
    ...(trainers === undefined || isAll(trainers) ? {} : { trainers }),
    ...(ensemble === usual.ensemble ? {} : { ensemble }),
    ...(models === usual.models ? {} : { models }),
  };
}

/** Kinds that are tried, those of a list or all. */
export function triedKinds({ trainers }: AutoSettings): readonly AutoTrainer[] {
  return trainers ?? AutoTrainer.options;
}

/** The settings with a kind that is tried, or is not; the last one stays. */
export function withKind(settings: AutoSettings, kind: AutoTrainer, isTried: boolean): AutoSettings {
  const before = triedKinds(settings);
  const after = AutoTrainer.options.filter((one) => (one === kind ? isTried : before.includes(one)));
  return after.length === 0 ? settings : { ...settings, trainers: after };
}

const isAll = (kinds: readonly AutoTrainer[]): boolean =>
  AutoTrainer.options.every((kind) => kinds.includes(kind));
