import { Command, Option } from 'commander';
import pc from 'picocolors';
import type { Client } from '../../client/index.ts';
import {
  type BodyInput,
  describeRoute,
  type EndpointRoute,
  type servingEndpointsApi,
  stableRefOf,
} from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure, describeFailure } from '../failure.ts';

type Options = {
  endpoint: string;
  canary?: string;
  with?: string[];
  combine: 'mean' | 'vote';
  minRequests: string;
  minMinutes?: string;
  errorRate: string;
  p95?: string;
  reason: string;
  validate?: 'off' | 'log' | 'reject';
};
type RouteInput = BodyInput<typeof servingEndpointsApi.create>['route'];

export function deployCommand(): Command {
  return new Command('deploy')
    .description('serve a model under a stable name, at once or as a canary in steps')
    .argument('<model>', 'name@alias, name/1.0.0, or name for the newest version')
    .requiredOption('-e, --endpoint <name>', 'the endpoint; made when it is new')
    .option('--canary <percents>', 'steps, in percent of the requests: 10,50,100')
    .option('--with <models...>', 'other models that answer together with it, as an ensemble')
    .addOption(
      new Option('--combine <how>', 'how an ensemble answers').choices(['mean', 'vote']).default('mean'),
    )
    .option('--min-requests <n>', 'answers of the canary before the next step', '100')
    .option('--min-minutes <n>', 'minutes before the next step, besides the answers')
    .option('--error-rate <share>', 'more failed answers than this roll the canary back', '0.01')
    .option('--p95 <ms>', 'a canary of which 5 % of the answers take longer is rolled back')
    .addOption(
      new Option('--validate <mode>', 'what becomes of rows that break the schema of the training').choices([
        'off',
        'log',
        'reject',
      ]),
    )
    .option('--reason <text>', 'why, for the history', '')
    .action(async (model: string, options: Options, command: Command) => {
      const { output, withClient } = contextOf(command);
      await withClient(async (client) => {
        const params = { name: options.endpoint };
        const known = await current(client, options.endpoint);
        const route = routeOf(model, options, known);
        const { reason, validate: mode } = options;
        const body = { route, reason, ...(mode === undefined ? {} : { validation: { mode } }) };
        const endpoint = known
          ? await client.endpoints.update({ params, body })
          : await client.endpoints.create({ body: { name: options.endpoint, ...body } });
        output.result(endpoint, () => {
          output.line(`${pc.green('✓')} ${pc.bold(endpoint.name)}: ${describeRoute(endpoint.route)}`);
          output.line(pc.dim(`POST /api/v1/endpoints/${endpoint.name}/predict`));
        });
      });
    });
}

/** The route as it is; null when there is no such endpoint. */
async function current(client: Client, name: string): Promise<EndpointRoute | null> {
  try {
    return (await client.endpoints.get({ params: { name } })).route;
  } catch (thrown) {
    if (describeFailure(thrown).code === 'endpoints/not-found') return null;
    throw thrown;
  }
}

function routeOf(model: string, options: Options, known: EndpointRoute | null): RouteInput {
  const { canary, combine, with: others } = options;
  if (canary !== undefined && others !== undefined)
    throw new CommandFailure(
      'usage',
      'A canary is one version: --canary and --with do not go together.',
      'Deploy the ensemble at once, or one version as a canary.',
      exitCodes.usage,
    );
  if (canary !== undefined) return canaryRoute(model, options, known);
  if (others === undefined) return { kind: 'single', ref: model };
  const members = [model, ...others].map((ref, i) => ({ name: `m${i + 1}`, ref }));
  return { kind: 'ensemble', members, combine };
}

function canaryRoute(model: string, options: Options, known: EndpointRoute | null): RouteInput {
  const minMinutes = options.minMinutes === undefined ? {} : { minMinutes: number(options.minMinutes) };
  return {
    kind: 'canary',
    stable: stableOf(options.endpoint, known),
    canary: model,
    steps: (options.canary ?? '').split(',').map((percent) => ({
      percent: number(percent),
      minRequests: number(options.minRequests),
      ...minMinutes,
    })),
    limits: {
      errorRate: number(options.errorRate),
      ...(options.p95 === undefined ? {} : { p95Ms: number(options.p95) }),
    },
  };
}

/** What answers now, and again when the canary is rolled back. */
function stableOf(name: string, route: EndpointRoute | null): string {
  const ref = route === null ? null : stableRefOf(route);
  if (ref !== null) return ref;
  throw new CommandFailure(
    'usage',
    route
      ? `${name} is answered by several versions: none of them is the stable one.`
      : `${name} is not there yet.`,
    'Deploy one version first: assay deploy MODEL --endpoint NAME',
    exitCodes.usage,
  );
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new CommandFailure(
    'usage',
    `"${text}" is not a number.`,
    'For example: --canary 10,50,100',
    exitCodes.usage,
  );
}
