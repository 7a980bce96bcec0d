export { createExchangeService, type ExchangeService } from './exchange-service.ts';
export type { ExportRunsInput } from './exports/export-runs-handler.ts';
export type { ExportedRun, Skip } from './exports/exported-run.ts';
export { createMlflowSender } from './exports/mlflow-server.ts';
export { createMlrunsWriter, finishMlrunsFolder, prepareMlrunsFolder } from './exports/mlruns-folder.ts';
