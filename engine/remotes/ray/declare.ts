import { setTimeout as pause } from 'node:timers/promises';
import { AssayError, messageOf } from '../../errors.ts';
import type { PushContext } from '../target.ts';
import type { ApplicationConfig, RayApplication, RayClient, ServeDetails } from './ray-client.ts';
import type { RayConfig } from './ray-kind.ts';

/** Ray shows this in the place of values that it keeps from browsers. */
const hiddenValue = '<redacted>';
const longestPauseMs = 3000;

/**
 * Declares one application beside those that are there; null takes it away. Looks at them right before: Serve knows no condition to
 * write under, so what somebody else declares in this moment is lost.
 *
 * Errors: targets/refused where others cannot be declared again as they are.
 */
export async function declareBeside(
  client: RayClient,
  name: string,
  config: ApplicationConfig | null,
): Promise<void> {
  const details = await client.details();
  const others = othersOf(details, name);
  await client.declare(config === null ? others : [...others, config], details);
}

/** Those that were started by a program are not declared: Serve leaves them alone. */
function othersOf({ applications }: ServeDetails, name: string): ApplicationConfig[] {
  return Object.entries(applications).flatMap(([other, { status, deployed_app_config: config }]) => {
    if (other === name || status === 'DELETING' || config === null || config === undefined) return [];
    if (JSON.stringify(config).includes(`"${hiddenValue}"`))
      throw new AssayError(
        'targets/refused',
        `The cluster hides settings of the application "${other}", so that it could not be kept as it is.`,
        {
          hint: 'A proxy before the dashboard makes requests look like those of a browser: give an address without it.',
        },
      );
    return [{ ...config, name: other }];
  });
}

/** Waits until an application runs. Errors: targets/refused with what Serve says of it. */
export async function running(
  client: RayClient,
  name: string,
  { waitSeconds }: Pick<RayConfig, 'waitSeconds'>,
  { signal, progress, log }: Pick<PushContext, 'signal' | 'progress' | 'log'>,
): Promise<void> {
  const endsAt = performance.now() + waitSeconds * 1000;
  for (let pauseMs = 250; ; pauseMs = Math.min(longestPauseMs, pauseMs * 1.5)) {
    signal.throwIfAborted();
    const application = (await client.details()).applications[name];
    if (application === undefined)
      throw new AssayError('targets/refused', `Somebody took the application "${name}" away meanwhile.`);
    const { status } = application;
    const { fraction, text } = replicasOf(application);
    if (status === 'RUNNING') {
      log(`${name} runs: ${text}`);
      return;
    }
    const isOver = performance.now() >= endsAt;
    if (status === 'DEPLOY_FAILED' || isOver) {
      const reasons = reasonsOf(application);
      const when = isOver ? `does not run after ${waitSeconds} s` : `does not come to run (${status})`;
      throw new AssayError('targets/refused', `"${name}" ${when}: ${lastLine(reasons[0] ?? text)}`, {
        problems: reasons.map((message) => ({ path: '', message })),
        hint: 'The dashboard has the log of the replicas: Serve, then the name of the application.',
      });
    }
    progress(0.4 + 0.55 * fraction, `${name} is ${status}: ${text}`);
    await pause(pauseMs, undefined, { signal });
  }
}

/** Brings back what was declared before. A failure of this is told, and does not hide the one before it. */
export async function goBack(
  client: RayClient,
  name: string,
  before: RayApplication | undefined,
  { progress, log }: Pick<PushContext, 'progress' | 'log'>,
): Promise<void> {
  const config = before?.deployed_app_config ?? null;
  progress(null, `Going back: ${name}`);
  try {
    await declareBeside(client, name, config === null ? null : { ...config, name });
    log(config === null ? `${name} taken away again` : `${name} declared again as it was`);
  } catch (thrown) {
    log(`${name} could not be taken back: ${messageOf(thrown)}`);
  }
}

/** How many replicas run, of how many. */
export function replicasOf({ deployments }: RayApplication): { fraction: number; text: string } {
  let wanted = 0;
  let runs = 0;
  for (const { target_num_replicas, replicas } of Object.values(deployments)) {
    wanted += target_num_replicas ?? replicas.length;
    runs += replicas.filter(({ state }) => state === 'RUNNING').length;
  }
  const fraction = wanted === 0 ? 0 : Math.min(1, runs / wanted);
  return { fraction, text: wanted === 0 ? 'no replicas yet' : `${runs} of ${wanted} replicas run` };
}

/** Of a trace of Python it names the error. */
function lastLine(reason: string): string {
  return reason.split('\n').at(-1)?.trim() ?? '';
}

const longestReason = 1500;

/** What Serve says of an application and its deployments; of long traces the end. */
export function reasonsOf({ message, deployments }: RayApplication): string[] {
  const said = [...Object.values(deployments).map((one) => one.message), message];
  const texts = said.map((text) => text.trim()).filter((text) => text !== '');
  return [...new Set(texts)].map((text) =>
    text.length > longestReason ? `… ${text.slice(-longestReason)}` : text,
  );
}
