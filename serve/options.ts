import { parseArgs } from 'node:util';

export type ServeOptions = {
  folder: string;
  port: number;
  host: string;
  /** Null lets everybody in who reaches the address. */
  token: string | null;
  workers: number;
  /** Predictions that may wait, in each worker, before 503. */
  maxQueue: number;
  /** Milliseconds that requests being answered get at the end. */
  graceMs: number;
};

export const usage = `Usage: node assay-serve.mjs [folder] [options]

Serves an exported model, or every one in a folder of exports: KServe v2 and v1, MLflow's /invocations, Assay's own
/api/v1/predictions, /metrics and /health.

  --port N        port to listen on (8080; 0 for any free one)
  --host ADDRESS  address to listen on (127.0.0.1; 0.0.0.0 for all)
  --token TEXT    ask for "Authorization: Bearer TEXT"; better given as ASSAY_SERVE_TOKEN
  --workers N     processes that answer (1)
  --max-queue N   predictions that may wait in each before 503 (1000)
  --grace SECONDS time for requests being answered at the end (10)
  --help
`;

/** What is wrong with the command line, for people. */
export class UsageError extends Error {}

/** Reads the command line; null when help is asked for. Throws UsageError. */
export function readOptions(argv: readonly string[], env: NodeJS.ProcessEnv): ServeOptions | null {
  const { values, positionals } = parse(argv);
  if (values.help) return null;
  if (positionals.length > 1) throw new UsageError(`One folder is expected, not ${positionals.length}.`);
  const token = values.token ?? env.ASSAY_SERVE_TOKEN ?? '';
  return {
    folder: positionals[0] ?? '.',
    port: wholeNumber('--port', values.port ?? env.PORT ?? '8080', 0, 65_535),
    host: values.host ?? '127.0.0.1',
    token: token === '' ? null : token,
    workers: wholeNumber('--workers', values.workers ?? '1', 1, 256),
    maxQueue: wholeNumber('--max-queue', values['max-queue'] ?? '1000', 1, 1_000_000),
    graceMs: wholeNumber('--grace', values.grace ?? '10', 0, 3600) * 1000,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        token: { type: 'string' },
        workers: { type: 'string' },
        'max-queue': { type: 'string' },
        grace: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (thrown) {
    throw new UsageError(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`${name} is "${text}", and has to be a whole number from ${least} to ${most}.`);
}
