import type { DriftReport, DriftSections } from '../../../../local-api/contract/index.ts';
import type { Tone } from '../../../components/ToneBadge.tsx';

type SectionName = keyof DriftSections;

export const sectionTitles: Readonly<Record<SectionName, string>> = {
  causes: 'Causes and what to do',
  prediction: 'Answers of the model',
  target: 'Truth',
  concept: 'Performance',
  estimate: 'Estimated performance',
  quality: 'Data quality',
  multivariate: 'All columns together',
  embedding: 'Embeddings',
  text: 'Texts',
};

/** In the order of the page. */
export const sectionOrder: readonly SectionName[] = [
  'causes',
  'estimate',
  'concept',
  'prediction',
  'target',
  'quality',
  'embedding',
  'multivariate',
  'text',
];

export const sectionId = (name: SectionName | 'columns'): string => `drift-${name}`;

/** A word and a tone for each part of a report; what could not be made is left to the list at the end. */
export function sectionVerdicts(
  sections: DriftSections,
): { name: SectionName; word: string; tone: Tone; finding: string }[] {
  return sectionOrder.flatMap((name) => {
    const section = sections[name];
    if (section.status === 'skipped' || name === 'causes') return [];
    const { drifted, finding } = section;
    return [{ name, word: drifted ? badWords[name] : 'as before', tone: drifted ? 'warn' : 'good', finding }];
  });
}

const badWords: Readonly<Record<SectionName, string>> = {
  causes: 'drifted',
  prediction: 'changed',
  target: 'changed',
  concept: 'worse',
  estimate: 'worse',
  quality: 'changed',
  multivariate: 'changed',
  embedding: 'changed',
  text: 'changed',
};

/** Parts that these windows could not give, with the reason; those that nobody asked for are left out. */
export function skippedSections(
  sections: DriftSections,
): { name: SectionName; title: string; reason: string }[] {
  return sectionOrder.flatMap((name) => {
    const section = sections[name];
    if (section.status === 'done' || section.reason === 'It was not asked for.') return [];
    return [{ name, title: sectionTitles[name], reason: section.reason }];
  });
}

/** What a reader has to know of the windows. */
export function windowNotes({ reference, current }: DriftReport): string[] {
  return [
    ...(reference?.notes ?? []).map((note) => `Reference: ${note}`),
    ...(current?.notes ?? []).map((note) => `Current: ${note}`),
  ];
}

/** Whether the report has parts besides its columns: older ones have none. */
export function hasSections(report: DriftReport): report is DriftReport & { sections: DriftSections } {
  return report.sections !== null;
}

const metricNames: Readonly<Record<string, string>> = {
  auc: 'ROC AUC',
  accuracy: 'Accuracy',
  f1: 'F1',
  precision: 'Precision',
  recall: 'Recall',
  specificity: 'Specificity',
  average_precision: 'Average precision',
  log_loss: 'Log loss',
  mae: 'MAE',
  mse: 'MSE',
  rmse: 'RMSE',
  rmsle: 'RMSLE',
  mape: 'MAPE',
  r2: 'R²',
};

export function metricName(metric: string): string {
  return metricNames[metric] ?? metric;
}
