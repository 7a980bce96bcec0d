export { createVersionComparer, type VersionComparer } from './comparison/create-version-comparer.ts';
export { createModelRegistry } from './create-model-registry.ts';
export {
  checksumsFile,
  checksumsOf,
  type ExportSources,
  exportFiles,
  sortedFiles,
} from './export/export-files.ts';
export { pythonTensors } from './export/scripts.ts';
export { readServerScript, serverFiles } from './export/server-files.ts';
export { checkTargetFree, exportFailure, exportTarget, moveIntoPlace } from './export/target-folder.ts';
export { readEvaluationRows } from './gates/evaluation-rows.ts';
export { isHigherBetter, type ScoredRows, weightedMetric } from './gates/row-metrics.ts';
export { keptTestRows } from './kept-test-rows.ts';
export * from './model-registry.ts';
export { createReleaseService } from './releases/create-release-service.ts';
export type { ReleaseService } from './releases/release-service.ts';
export { openRunModel, recipeOfRun } from './run-model.ts';
