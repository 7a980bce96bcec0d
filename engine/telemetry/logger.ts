import { join } from 'node:path';
import { type Level, pino } from 'pino';
import type { Clock, Logger } from '../system/index.ts';
import { prettyLine } from './pretty-line.ts';
import { openRotatingFile } from './rotating-file.ts';
import { withoutSecrets } from './without-secrets.ts';

export type LoggerOptions = {
  /** Folder of `engine.jsonl`; none: nothing is kept. */
  dir: string | null;
  level: Level;
  clock: Clock;
  /** Also readable on stderr, for `assay serve --verbose` and development. */
  stderr?: boolean;
  maxBytes?: number;
  keepFiles?: number;
};

/** A logger that can be turned up and down while it works. */
export type EngineLogger = Logger & { setLevel(level: Level): void; close(): void };

/**
 * JSON lines in `<dir>/engine.jsonl`, put aside by size. Fields that hold secrets are left out by name, and tokens in
 * addresses and headers by their look, wherever they stand.
 */
export function createLogger(options: LoggerOptions): EngineLogger {
  const { dir, clock } = options;
  const file =
    dir === null
      ? null
      : openRotatingFile({
          path: join(dir, 'engine.jsonl'),
          maxBytes: options.maxBytes ?? 10 * 1024 ** 2,
          keep: options.keepFiles ?? 5,
          nowMs: () => clock.nowMs(),
        });
  const logger = pino(
    {
      level: options.level,
      base: { pid: process.pid },
      timestamp: () => `,"time":"${new Date(clock.nowMs()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    {
      write(text: string) {
        const line = withoutSecrets(text);
        file?.write(line);
        if (options.stderr === true) process.stderr.write(prettyLine(line));
      },
    },
  );
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    setLevel: (level) => {
      logger.level = level;
    },
    close: () => file?.close(),
  };
}
