import { type Command, InvalidArgumentError } from 'commander';
import type { Client } from '../client/index.ts';
import type { ChunkRule, DriftWindowInput } from '../contract/index.ts';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';
import { numberOption } from './number-option.ts';
import { resolveVersion } from './version-ref.ts';

export type WindowOptions = {
  endpoint?: string;
  last?: number;
  from?: number;
  to?: number;
  against?: string;
  model?: string;
  target?: string;
  slice?: string;
  by?: ChunkRule;
  time?: string;
};

/** The options that say what is compared. */
export function withWindows(command: Command): Command {
  return command
    .argument('[reference]', 'flights@1, or flights for the newest version')
    .argument('[current]', 'flights@2; with --against the only argument')
    .option('-e, --endpoint <name>', 'what was asked of this endpoint is the current data')
    .option('--last <requests>', 'only so many requests, the newest', numberOption)
    .option('--from <time>', 'only requests from this time on: 2026-03-01, or with a time of day', instant)
    .option('--to <time>', 'only requests before this time', instant)
    .option(
      '--against <what>',
      'baseline: the test rows of the model; training: the data it learnt from; or a dataset version',
    )
    .option('-m, --model <ref>', 'whose answers are compared: churn@champion, churn/1.2.0')
    .option('--target <column>', 'column of the truth, where no model tells it')
    .option('--slice <condition>', 'only rows for which this SQL condition holds, on both sides')
    .option(
      '--by <part>',
      'over time: each hour, day, week, month, or so many rows (auto: about 20 parts)',
      chunkRule,
    )
    .option('--time <column>', 'with --by: the column that tells when a row was');
}

/** The windows that arguments and options name. */
export async function windowsOf(
  client: Client,
  reference: string | undefined,
  current: string | undefined,
  options: WindowOptions,
): Promise<{ reference: DriftWindowInput; current: DriftWindowInput }> {
  const slice = options.slice === undefined ? {} : { slice: options.slice };
  const version = async (ref: string): Promise<DriftWindowInput> => ({
    kind: 'version',
    versionId: (await resolveVersion(client, ref)).id,
    ...slice,
  });
  const { endpoint, last, from, to } = options;
  if (endpoint === undefined && (last ?? from ?? to) !== undefined) {
    throw wrongUse('--last, --from and --to are for the requests of an endpoint: name it with --endpoint.');
  }
  const against = options.against ?? (endpoint === undefined ? undefined : (reference ?? 'baseline'));
  if (against === undefined) {
    if (reference === undefined || current === undefined) {
      throw wrongUse('Name two dataset versions, or --endpoint, or one version and --against.');
    }
    return { reference: await version(reference), current: await version(current) };
  }
  if (
    current !== undefined ||
    (endpoint !== undefined && options.against !== undefined && reference !== undefined)
  ) {
    throw wrongUse('There are more windows than two: leave an argument out.');
  }
  const before: DriftWindowInput =
    against === 'baseline' || against === 'training'
      ? {
          kind: 'baseline',
          part: against === 'baseline' ? 'test' : 'training',
          ...(options.model === undefined ? {} : { model: options.model }),
          ...slice,
        }
      : await version(against);
  if (endpoint === undefined) {
    if (reference === undefined) throw wrongUse('Name the dataset version to compare.');
    return { reference: before, current: await version(reference) };
  }
  return {
    reference: before,
    current: {
      kind: 'requests',
      endpoint,
      ...(last === undefined ? {} : { last }),
      ...(from === undefined ? {} : { fromMs: from }),
      ...(to === undefined ? {} : { toMs: to }),
      ...slice,
    },
  };
}

function chunkRule(text: string): ChunkRule {
  const units = ['auto', 'hour', 'day', 'week', 'month'] as const;
  const every = units.find((unit) => unit === text);
  if (every !== undefined) return { kind: 'time', every };
  const rows = Number(text);
  if (Number.isInteger(rows) && rows >= 20) return { kind: 'count', rows };
  throw new InvalidArgumentError(`one of ${units.join(', ')}, or a number of rows from 20 on`);
}

function instant(text: string): number {
  const time = new Date(text).getTime();
  if (Number.isNaN(time)) throw new InvalidArgumentError('a time such as 2026-03-01 or 2026-03-01T08:00');
  return time;
}

function wrongUse(message: string): CommandFailure {
  return new CommandFailure(
    'request/invalid',
    message,
    'assay drift --help lists the options.',
    exitCodes.usage,
  );
}
