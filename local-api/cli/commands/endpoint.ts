import { Argument, Command, Option } from 'commander';
import pc from 'picocolors';
import type { Client } from '../../client/index.ts';
import {
  describeRoute,
  ReplayReport,
  type RequestValidation,
  type ServingEndpoint,
} from '../../contract/index.ts';
import { type Context, contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { formatNumber, formatTime, type Output } from '../output.ts';
import { endpointChecks } from './endpoint-checks.ts';

const changes = [
  'pause',
  'resume',
  'rollback',
  'promote',
  'hold',
  'release',
  'advance',
  'undo',
  'delete',
] as const;
type Change = (typeof changes)[number];
const actions = ['list', 'show', 'checks', 'history', 'replay', ...changes] as const;
type Options = {
  reason: string;
  validate?: RequestValidation['mode'];
  schema?: string;
  ref?: string;
  arm?: string;
  limit: string;
};

export function endpointCommand(): Command {
  return new Command('endpoint')
    .description(
      'list endpoints, show one with its figures, check its requests, pause it, decide over its canary, or replay its requests',
    )
    .addArgument(new Argument('[action]', 'what to do').choices(actions).default('list'))
    .argument('[name]', 'an endpoint')
    .option('--reason <text>', 'why, for the history', '')
    .addOption(
      new Option('--validate <mode>', 'checks: what becomes of rows that break the schema').choices([
        'off',
        'log',
        'reject',
      ]),
    )
    .option(
      '--schema <dataset>',
      'checks: by the schema of flights, or by version 3 of it: flights@3; "training" for that of the training',
    )
    .option('--ref <model>', 'replay: the version to ask what was asked before')
    .option('--arm <name>', 'replay: only requests that this arm answered')
    .option('--limit <n>', 'replay: so many requests, the newest first', '1000')
    .action(
      async (
        action: (typeof actions)[number],
        name: string | undefined,
        options: Options,
        command: Command,
      ) => {
        const context = contextOf(command);
        const { output, withClient } = context;
        await withClient(async (client) => {
          if (action === 'list') return listEndpoints(client, output);
          if (name === undefined)
            throw new CommandFailure(
              'usage',
              'Which endpoint?',
              `For example: assay endpoint ${action} late-flights`,
              exitCodes.usage,
            );
          if (action === 'show') return showEndpoint(client, output, name);
          if (action === 'checks') return endpointChecks(client, output, name, options);
          if (action === 'history') return showHistory(client, output, name);
          if (action === 'replay') return replay(client, context, name, options);
          const changed = await change(client, action, name, options.reason);
          output.result(changed ?? { deleted: name }, () =>
            output.line(
              changed
                ? `${pc.green('✓')} ${pc.bold(name)}: ${stateText(changed)}`
                : `${pc.green('✓')} deleted ${name}`,
            ),
          );
        });
      },
    );
}

async function change(
  client: Client,
  action: Change,
  name: string,
  reason: string,
): Promise<ServingEndpoint | null> {
  const params = { name };
  switch (action) {
    case 'pause':
    case 'resume':
      return client.endpoints.update({ params, body: { isPaused: action === 'pause', reason } });
    case 'undo':
      return client.endpoints.undo({ params, body: { reason } });
    case 'delete':
      await client.endpoints.delete({ params });
      return null;
    case 'release':
      return client.endpoints.canary({ params, body: { action: 'resume', reason } });
    default:
      return client.endpoints.canary({ params, body: { action, reason } });
  }
}

async function listEndpoints(client: Client, output: Output): Promise<void> {
  const { items } = await client.endpoints.list();
  output.result({ items }, () =>
    output.table(
      items,
      [
        { title: 'endpoint', value: (e) => e.name },
        { title: 'route', value: (e) => stateText(e) },
        { title: 'changed', value: (e) => formatTime(e.updatedAtMs) },
      ],
      'No endpoints yet. Serve a model: assay deploy <model> --endpoint <name>',
    ),
  );
}

async function showEndpoint(client: Client, output: Output, name: string): Promise<void> {
  const params = { name };
  const endpoint = await client.endpoints.get({ params });
  const stats = await client.endpoints.stats({ params });
  output.result({ ...endpoint, stats }, () => {
    output.line(`${pc.bold(name)}  ${stateText(endpoint)}`);
    const { canary } = endpoint;
    if (canary)
      output.line(
        `step ${canary.step + 1}: ${canary.requests} answers of the canary, ${canary.errors} failed, p95 ${milliseconds(canary.p95Ms)}`,
      );
    output.table(
      stats.arms,
      [
        { title: 'arm', value: (arm) => arm.arm },
        { title: 'requests', value: (arm) => String(arm.requests), align: 'right' },
        { title: 'a second', value: (arm) => formatNumber(arm.requestsPerSecond), align: 'right' },
        { title: 'errors', value: (arm) => String(arm.errors), align: 'right' },
        { title: 'p50', value: (arm) => milliseconds(arm.p50Ms), align: 'right' },
        { title: 'p95', value: (arm) => milliseconds(arm.p95Ms), align: 'right' },
        { title: 'p99', value: (arm) => milliseconds(arm.p99Ms), align: 'right' },
      ],
      'No requests in the last five minutes.',
    );
    for (const { arm, version, truths, loss } of stats.quality)
      output.line(`${arm} (${version}): loss ${formatNumber(loss)} over ${truths} true values`);
    for (const { arm, requests, mean } of stats.outcomes)
      output.line(`${arm}: outcome ${formatNumber(mean)} over ${requests} requests`);
    for (const test of stats.tests)
      output.line(
        `${test.arm} against ${test.against}: ${formatNumber(test.difference)}, p = ${formatNumber(test.pValue)}${test.isSignificant ? `, ${test.verdict}` : ''}`,
      );
  });
}

async function replay(
  client: Client,
  { output, finish }: Context,
  name: string,
  options: Options,
): Promise<void> {
  const { ref, arm } = options;
  if (ref === undefined)
    throw new CommandFailure(
      'usage',
      'Which version should be asked?',
      `For example: assay endpoint replay ${name} --ref late-flights/1.3.0`,
      exitCodes.usage,
    );
  const limit = Number(options.limit);
  const body = { ref, limit, ...(arm === undefined ? {} : { arm }) };
  const job = await client.endpoints.replay({ params: { name }, body });
  const ended = await finish(client, job, `Replaying requests of ${name} against ${ref}`);
  const report = ReplayReport.parse(ended.result);
  output.result(report, () => {
    const { skipped, quality, milliseconds: times, rows, changed } = report;
    output.line(
      `${pc.bold(`${report.model}/${report.version}`)} answers ${changed} of ${rows} rows of ${report.requests} requests otherwise`,
    );
    const left = Object.values(skipped).reduce((sum, count) => sum + count, 0);
    if (left > 0)
      output.line(
        pc.yellow(
          `not replayed: ${skipped.redacted} redacted, ${skipped.notKept} too large to keep, ${skipped.refused} without an answer`,
        ),
      );
    if (report.maxDifference !== null)
      output.line(
        `difference: mean ${formatNumber(report.meanDifference ?? 0)}, largest ${formatNumber(report.maxDifference)}`,
      );
    if (quality)
      output.line(
        `loss over ${quality.truths} true values: ${formatNumber(quality.lossBefore)} before, ${formatNumber(quality.lossAfter)} now`,
      );
    if (times)
      output.line(
        `time in the model: median ${milliseconds(times.before.p50)} → ${milliseconds(times.after.p50)}, 95 % within ${milliseconds(times.before.p95)} → ${milliseconds(times.after.p95)}`,
      );
    output.table(
      report.differences.slice(0, 20),
      [
        { title: 'request', value: (d) => d.requestId },
        { title: 'row', value: (d) => String(d.row), align: 'right' },
        { title: 'before', value: (d) => shownAnswer(d.before) },
        { title: 'now', value: (d) => shownAnswer(d.after) },
        { title: 'true', value: (d) => (d.truth === null ? '' : shownAnswer(d.truth)) },
      ],
      'No row is answered otherwise.',
    );
  });
}

function shownAnswer(answer: string | number): string {
  return typeof answer === 'number' ? formatNumber(answer) : answer;
}

async function showHistory(client: Client, output: Output, name: string): Promise<void> {
  const { items } = await client.endpoints.changes({ params: { name } });
  output.result({ items }, () =>
    output.table(
      items,
      [
        { title: 'when', value: (c) => formatTime(c.atMs) },
        { title: 'what', value: (c) => c.kind },
        { title: 'who', value: (c) => c.actor },
        { title: 'route', value: (c) => describeRoute(c.after.route) },
        { title: 'why', value: (c) => c.reason },
      ],
      'No changes.',
    ),
  );
}

function milliseconds(value: number | null): string {
  return value === null ? '' : `${formatNumber(value)} ms`;
}

function stateText({ route, isPaused, canary }: ServingEndpoint): string {
  const held = canary?.phase === 'held' ? ' (held)' : '';
  const percent =
    route.kind === 'canary' && canary ? ` at ${route.steps[canary.step]?.percent ?? 0} %${held}` : '';
  return `${describeRoute(route)}${percent}${isPaused ? pc.yellow(' paused') : ''}`;
}
