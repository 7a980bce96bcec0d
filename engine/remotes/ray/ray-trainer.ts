import { z } from 'zod';
import { AssayError } from '../../errors.ts';
import type { RemoteHttp } from '../../http/index.ts';
import type { RemoteTrainer, RemoteWork } from '../target.ts';
import { createRayClient, credentials, dashboardOf } from './ray-client.ts';
import type { RayConfig } from './ray-kind.ts';
import { rayPackage } from './ray-package.ts';
import { trainScript, trainScriptFile } from './train-script.ts';

/** The output of a job comes as one answer. */
const largestOutputBytes = 256 * 1024 ** 2;

const JobDetails = z.looseObject({ status: z.string(), message: z.string().nullish() });
const JobLogs = z.object({ logs: z.string() });

const states: Readonly<Record<string, RemoteWork['state']>> = {
  PENDING: 'waiting',
  RUNNING: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  STOPPED: 'stopped',
};

/** Trainings as jobs of Ray, by the Jobs REST API of its dashboard (Ray 2.x). The id of the work is the job's submission id. */
export function openRayTrainer(config: RayConfig): RemoteTrainer {
  const jobsUrl = `${dashboardOf(config)}/api/jobs/`;
  const urlOf = (id: string, part = '') => `${jobsUrl}${encodeURIComponent(id)}${part}`;
  const headers = credentials(config);

  const look = async (id: string, http: RemoteHttp): Promise<RemoteWork | null> => {
    const answer = await http.request({ method: 'GET', url: urlOf(id), headers, expect: [404] });
    if (answer.status === 404) return null;
    const { status, message } = parsed(JobDetails, answer.json());
    return { state: states[status] ?? 'running', detail: lastLineOf(message ?? '') };
  };

  return {
    look: (id, { http }) => look(id, http),

    async start(id, order, { memoryMb }, { http }) {
      const files = [[trainScriptFile, Buffer.from(trainScript, 'utf8')] as const, ...order];
      const { name, bytes } = rayPackage(
        files,
        'The training with its data',
        'Import fewer rows or columns as a dataset of its own, or train on this machine.',
      );
      const client = createRayClient(config, http);
      if (!(await client.hasPackage(name))) await client.upload(name, bytes);
      const pip = config.trainingPackages.length === 0 ? {} : { pip: config.trainingPackages };
      const job = {
        submission_id: id,
        entrypoint: `python ${trainScriptFile} ${memoryMb}`,
        entrypoint_num_cpus: config.trainingCpus,
        runtime_env: { working_dir: `gcs://${name}`, ...pip },
        metadata: { 'assay.training': id },
      };
      const sent = { ...headers, 'content-type': 'application/json' };
      try {
        const body = JSON.stringify(job);
        // A job of this id is never begun twice.
        await http.request({ method: 'POST', url: jobsUrl, headers: sent, body, repeatable: true });
      } catch (thrown) {
        if ((await look(id, http)) === null) throw thrown;
      }
    },

    async printed(id, { http }) {
      const answer = await http.request({
        method: 'GET',
        url: urlOf(id, '/logs'),
        headers,
        maxAnswerBytes: largestOutputBytes,
      });
      return parsed(JobLogs, answer.json()).logs;
    },

    async stop(id, { http }) {
      await http.request({
        method: 'POST',
        url: urlOf(id, '/stop'),
        headers,
        expect: [404],
        repeatable: true,
      });
    },
  };
}

function parsed<T>(schema: z.ZodType<T>, answer: unknown): T {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  throw new AssayError('targets/refused', 'The dashboard answers in a way that Ray Jobs does not.');
}

/** Failures come with a trace above what counts. */
function lastLineOf(message: string): string {
  return message.trim().split('\n').at(-1)?.trim().slice(0, 500) ?? '';
}
