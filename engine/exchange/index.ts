export { createExchangeService, type ExchangeService } from './exchange-service.ts';
