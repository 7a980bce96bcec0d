/** What the engine takes from the outside world, as parameters, so that tests can give their own. */
import { randomBytes } from 'node:crypto';

export { readBuiltFile } from './built-file.ts';
export { enableCodeCache, keepCompiledCode, pruneCodeCache } from './code-cache.ts';
export { liveWithEngine } from './live-with-engine.ts';
export { localActor } from './local-actor.ts';
export { type WebAssemblyMemory, webAssembly } from './web-assembly.ts';
export { writeDurably } from './write-durably.ts';

export type Clock = { nowMs(): number };
export type Ids = {
  /** 32 lower-case hexadecimal digits. */
  runId(): string;
  /** A short sortable id with a prefix: `job_0mc3k…`. Ids made later sort after. */
  id(prefix: string): string;
};

/** The part of pino that the engine uses. */
export type Logger = {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

export const systemClock: Clock = { nowMs: () => Date.now() };

export function systemIds(clock: Clock = systemClock): Ids {
  return {
    runId: () => randomBytes(16).toString('hex'),
    id: (prefix) =>
      `${prefix}_${clock.nowMs().toString(36).padStart(9, '0')}${randomBytes(5).toString('hex')}`,
  };
}

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
