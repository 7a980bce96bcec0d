import { setTimeout as pause } from 'node:timers/promises';
import type { PushVerification, TargetFinding } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import { bad, checkWay, findingOf, good, type RemoteContext } from '../../http/index.ts';
import type { Bundle, Remote } from '../target.ts';
import { answersCheck, answersIn } from '../verify-files.ts';
import { declareBeside, goBack, reasonsOf, replicasOf, running } from './declare.ts';
import { createRayClient, credentials, dashboardOf, type RayApplication } from './ray-client.ts';
import type { RayConfig } from './ray-kind.ts';
import { configChanges, standingOf, type Wanted, wantedApplication } from './wanted-application.ts';

/** A Ray cluster: a version becomes an application of Ray Serve, declared by the REST API of the dashboard. */
export function openRay(config: RayConfig): Remote {
  const clientOf = ({ http }: Pick<RemoteContext, 'http'>) => createRayClient(config, http);

  return {
    check: (context) => check(config, context),

    async plan(bundle, context) {
      const client = clientOf(context);
      const wanted = await wantedApplication(bundle, config);
      const details = await client.details();
      const { verdict, detail } = standingOf(details, wanted, bundle);
      const isSent = verdict !== 'same' && !(await client.hasPackage(wanted.package.name));
      const actions = { new: 'create', update: 'change', same: 'keep', conflict: 'conflict' } as const;
      return {
        where: whereOf(config, wanted),
        verdict,
        lines: [
          { what: 'application', name: wanted.name, action: actions[verdict], detail, sizeBytes: null },
          {
            what: 'file',
            name: wanted.package.name,
            action: isSent ? 'create' : 'keep',
            detail: `${bundle.files.length} files of the bundle and the script that serves them`,
            sizeBytes: isSent ? wanted.package.bytes.byteLength : 0,
          },
        ],
        warnings: [],
      };
    },

    async push(bundle, context) {
      const client = clientOf(context);
      const wanted = await wantedApplication(bundle, config);
      const { name } = wanted;
      const details = await client.details();
      const { verdict, detail } = standingOf(details, wanted, bundle);
      if (verdict === 'conflict')
        throw new AssayError('targets/conflict', `"${name}" cannot be pushed to ${config.url}: ${detail}.`);
      const isSent = verdict !== 'same' && !(await client.hasPackage(wanted.package.name));
      if (isSent) {
        context.progress(0.1, `Sending ${wanted.package.name}`);
        await client.upload(wanted.package.name, wanted.package.bytes);
        context.log(`${wanted.package.name} sent`);
      }
      try {
        if (verdict !== 'same') {
          context.progress(0.4, `Declaring ${name}`);
          await declareBeside(client, name, wanted.config);
          context.log(`${name} declared at ${wanted.route}`);
        }
        if (config.waitSeconds > 0) await running(client, name, config, context);
      } catch (thrown) {
        const isToGoBack = config.rollBack && verdict !== 'same' && !context.signal.aborted;
        if (isToGoBack) await goBack(client, name, details.applications[name], context);
        throw thrown;
      }
      const { digest, bytes } = wanted.package;
      return {
        where: whereOf(config, wanted),
        link: `${dashboardOf(config)}/#/serve/applications/${name}`,
        remoteIds: {
          application: name,
          route: wanted.route,
          package: wanted.package.name,
          declared: JSON.stringify(wanted.config),
        },
        files: [{ path: wanted.package.name, digest, sizeBytes: bytes.byteLength, sent: isSent }],
      };
    },

    async verify(receipt, bundle, context) {
      const { application: name = '', route = '' } = receipt.remoteIds;
      const there = (await clientOf(context).details()).applications[name];
      const changes = there === undefined ? ['it is gone'] : changesSince(there, receipt.remoteIds);
      const checks: PushVerification['checks'] = [
        {
          name: 'The application is declared as it was pushed',
          ok: changes.length === 0,
          detail: changes.length === 0 ? `${name} at ${route}.` : `${changes.join('; ')}.`,
        },
        {
          name: 'Its replicas run',
          ok: there?.status === 'RUNNING',
          detail: there === undefined ? 'It is gone.' : stateOf(there),
        },
      ];
      if (config.servingUrl === '' || there?.status !== 'RUNNING') return checks;
      return [...checks, await checkByUse(`${servingOf(config)}${route}`, bundle, context)];
    },

    async observe({ remoteIds }, context) {
      const name = remoteIds.application ?? '';
      const there = (await clientOf(context).details()).applications[name];
      if (there === undefined || there.status === 'DELETING')
        return { state: 'gone', detail: `There is no application "${name}" any more.` };
      const changes = changesSince(there, remoteIds);
      return changes.length === 0
        ? { state: 'in-sync', detail: stateOf(there) }
        : { state: 'changed', detail: `Declared otherwise since: ${changes.join('; ')}.` };
    },
  };
}

function whereOf({ url }: RayConfig, { name, route }: Wanted): string {
  return `${name} on ${new URL(url).host}, at ${route}`;
}

function servingOf({ servingUrl }: RayConfig): string {
  return servingUrl.replace(/\/+$/, '');
}

/** What is declared otherwise than `push` did, as its receipt says. */
function changesSince(there: RayApplication, { declared = '{}' }: Record<string, string>): string[] {
  return configChanges(there, JSON.parse(declared)).map(
    ({ field, there: now, wanted: then }) => `${field}: ${then} → ${now}`,
  );
}

function stateOf(application: RayApplication): string {
  const { text } = replicasOf(application);
  if (application.status === 'RUNNING') return `It is RUNNING: ${text}.`;
  return `It is ${application.status}: ${text}. ${reasonsOf(application)[0] ?? ''}`.trim();
}

/** Proxies learn of a new route a moment after its replicas run. */
const triesForRoute = 20;
const pauseForRouteMs = 500;

/** Asks the golden rows where callers do. */
async function checkByUse(
  url: string,
  bundle: Bundle,
  { http, signal }: RemoteContext,
): Promise<PushVerification['checks'][number]> {
  for (let tries = 1; ; tries += 1) {
    const answer = await http.request({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ rows: bundle.golden.rows }),
      expect: [404],
      repeatable: true,
    });
    if (answer.status === 404 && tries < triesForRoute) {
      await pause(pauseForRouteMs, undefined, { signal });
      continue;
    }
    const answers = answer.status === 404 ? null : answersIn(answer.json());
    if (answers !== null) return answersCheck(bundle, answers);
    const detail = answer.status === 404 ? `Nothing answers at ${url}.` : 'It answers in another shape.';
    return { name: 'It answers as here', ok: false, detail };
  }
}

async function check(config: RayConfig, context: RemoteContext): Promise<TargetFinding[]> {
  const { findings, answer } = await checkWay(
    { method: 'GET', url: `${dashboardOf(config)}/api/version`, headers: credentials(config), expect: [404] },
    context,
  );
  if (answer === null) return findings;
  const said = /"ray_version": *"([^"]+)"/.exec(answer.text())?.[1];
  if (said === undefined) {
    const fix = 'Give the address of the dashboard, without "/#" and "/api": http://ray.example.com:8265.';
    return [...findings, bad('path', `No Ray dashboard answers at ${dashboardOf(config)}.`, fix)];
  }
  findings.push(good('path', `The dashboard of Ray ${said} is there.`));
  try {
    const { applications } = await createRayClient(config, context.http).details();
    const count = Object.keys(applications).length;
    findings.push(good('Serve', `It takes applications; ${count} are there, and stay.`));
  } catch (thrown) {
    return [...findings, findingOf(thrown)];
  }
  if (config.servingUrl === '') return findings;
  try {
    // Serve starts with the first application: before it, nothing listens there.
    await context.http.request({ method: 'GET', url: `${servingOf(config)}/-/healthz` });
    findings.push(good('serving address', 'The proxy of Serve answers there.'));
  } catch (thrown) {
    const finding = findingOf(thrown);
    findings.push({
      ...finding,
      check: 'serving address',
      level: 'warning',
      fix: 'Serve starts with its first application. Where it runs already, correct the address, or leave it empty.',
    });
  }
  return findings;
}
