import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { EnvironmentName } from './release-policy.ts';

/** Settings of a workspace (config.yaml). Environment: ASSAY_<KEY>, for example ASSAY_JOBS_CONCURRENCY=1. */
export const Settings = z
  .object({
    jobs: z
      .object({
        concurrency: z.int().min(1).max(64).default(2).describe('Job processes at once'),
        memoryMb: z.int().min(256).default(4096).describe('Memory limit of a job process'),
        timeoutSeconds: z.int().min(1).default(14_400).describe('Time limit of a job'),
        keepDays: z
          .int()
          .min(0)
          .max(36_500)
          .default(90)
          .describe(
            'Days after which ended jobs are removed with their logs; those of runs stay as long as their run. 0: never',
          ),
      })
      .prefault({}),
    serving: z
      .object({
        maxSessions: z.int().min(1).max(1000).default(64).describe('Models kept loaded'),
        inlineMs: z
          .number()
          .min(0)
          .max(1000)
          .default(8)
          .describe(
            'Milliseconds that a model may take for one row to answer inside the engine; slower ones get a process of their own. Read when a model is loaded',
          ),
        maxModelMb: z
          .number()
          .positive()
          .default(2048)
          .describe(
            'Megabytes of the files of models kept loaded; those used least recently make room, one that is larger is loaded alone',
          ),
        maxQueue: z.int().min(1).default(1000).describe('Predictions that may wait before 503'),
        asyncKeepHours: z
          .int()
          .min(1)
          .max(8760)
          .default(24)
          .describe('Hours for which the results of async predictions are kept'),
        defaultModel: z
          .string()
          .max(400)
          .default('')
          .describe(
            'Model that /invocations without a name asks (name@alias, name/1.2.0 or name); empty for none',
          ),
      })
      .prefault({}),
    tracking: z
      .object({
        systemMetrics: z
          .boolean()
          .default(true)
          .describe('Sample CPU, memory, disk, network and GPU while a run goes on'),
        systemMetricsSeconds: z.int().min(1).max(3600).default(10).describe('Seconds between two samples'),
        flushBeforeAnswer: z
          .boolean()
          .default(false)
          .describe(
            'Answers log calls when they are on the disk, so that even a power cut loses nothing. Otherwise they survive the end of any process at once and a power cut a second later, and are answered several times faster',
          ),
        silentAfterSeconds: z
          .int()
          .min(5)
          .max(86_400)
          .default(60)
          .describe(
            'A command or script that sends heartbeats and was not heard from for so long counts as dead: its run is marked as killed',
          ),
        purgeAfterDays: z
          .int()
          .min(0)
          .max(36_500)
          .default(30)
          .describe(
            'Days after which deleted runs and experiments are removed for good; until then they can be restored. 0: never',
          ),
      })
      .prefault({}),
    release: z
      .object({
        environments: z
          .array(EnvironmentName)
          .min(1)
          .max(20)
          .refine((names) => new Set(names).size === names.length, 'each environment once')
          .default(['dev', 'test', 'staging', 'production'])
          .describe('Environments that versions of models are released to, in order'),
      })
      .prefault({}),
    lineage: z
      .object({
        namespace: z
          .string()
          .min(1)
          .max(200)
          .default('assay')
          .describe('Namespace of datasets and jobs of this workspace in OpenLineage events'),
        openLineageFile: z
          .boolean()
          .default(false)
          .describe(
            'Write an OpenLineage event for each import, transform, training, batch and drift report to lineage/openlineage.ndjson',
          ),
        openLineageUrl: z
          .string()
          .max(2000)
          .refine((url) => url === '' || /^https?:\/\/\S+$/.test(url), 'an http or https address')
          .default('')
          .describe(
            'Send the events to this server, for example http://localhost:5000; kept and sent again until it takes them',
          ),
      })
      .prefault({}),
    webhooks: z
      .object({
        allowLocal: z
          .boolean()
          .default(false)
          .describe('Also send webhooks by http, and to addresses of this machine and of private networks'),
      })
      .prefault({}),
    ui: z
      .object({
        theme: z.enum(['auto', 'light', 'dark']).default('auto'),
        density: z.enum(['compact', 'comfortable']).default('compact'),
        tourDone: z.boolean().default(false),
      })
      .prefault({}),
    backups: z
      .object({ keep: z.int().min(1).max(1000).default(10).describe('Automatic backups kept') })
      .prefault({}),
    log: z.object({ level: z.enum(['debug', 'info', 'warn', 'error']).default('info') }).prefault({}),
  })
  .meta({ id: 'Settings' });
export type Settings = z.infer<typeof Settings>;

export const SettingSource = z.enum(['default', 'file', 'environment']);

export const settingsApi = {
  get: endpoint({
    id: 'settings.get',
    method: 'GET',
    path: '/api/v1/settings',
    summary: 'Settings in force, where each comes from, and their JSON Schema',
    response: z.object({
      settings: Settings,
      sources: z.record(z.string(), SettingSource),
      schema: z.record(z.string(), z.unknown()),
    }),
    example: {},
  }),
  update: endpoint({
    id: 'settings.update',
    method: 'PATCH',
    path: '/api/v1/settings',
    summary: 'Change settings; takes hold at once',
    body: z
      .record(z.string(), z.unknown())
      .describe('Dotted keys: {"jobs.concurrency": 1}; null goes back to the default'),
    response: z.object({
      settings: Settings,
      sources: z.record(z.string(), SettingSource),
      schema: z.record(z.string(), z.unknown()),
    }),
    errors: ['settings/unknown-key'],
    example: { body: { 'ui.theme': 'auto' } },
  }),
};
