export { createLogger, type EngineLogger, type LoggerOptions } from './logger.ts';
