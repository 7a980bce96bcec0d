import type { ExchangeService } from '../../engine/exchange/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function runImportRoutes(exchange: ExchangeService): Handlers<typeof api.runImports> {
  return { start: ({ body, parentJobId }) => exchange.importRuns(body, parentJobId) };
}
