import { z } from 'zod';
import { Problem } from './common.ts';
import { DataExportFormat } from './data-exports.ts';
import { endpoint } from './endpoint.ts';
import { Job } from './jobs.ts';
import { byVersionRef } from './version-refs.ts';

/** What was read of a repository of DVC. */
export const DvcFound = z.object({
  root: z.string().describe('The folder of the repository'),
  path: z.string().describe('What was read, from the root: an output, or a file in a directory that is one'),
  file: z.string().describe('The .dvc file or dvc.lock that names it, from the root'),
  stage: z.string().nullable().describe('The stage of a pipeline that made it'),
  md5: z.string().describe('Of its content; of a directory that of its list, ending with .dir'),
  files: z.int().describe('How many files were read'),
  pattern: z.string().optional().describe('Which files of the directory'),
  commit: z.string().nullable().describe('The git commit that was checked out'),
  reading: z
    .string()
    .optional()
    .describe(
      'Digest of how it was asked to be read: the same content read in the same way is not read twice',
    ),
});
export type DvcFound = z.infer<typeof DvcFound>;

export const DvcSource = z.object({
  kind: z.literal('dvc').describe('An output that DVC keeps, from the repository, its cache or a remote'),
  path: z
    .string()
    .min(1)
    .max(4000)
    .describe('A .dvc file, a dvc.lock or dvc.yaml, or a folder with such files in it'),
  output: z
    .string()
    .min(1)
    .max(4000)
    .optional()
    .describe(
      'Which one, when several are named: its path or stage; a file, or a pattern of files, of a directory',
    ),
  remote: z.string().min(1).max(200).optional().describe('Name of a remote of DVC, instead of its default'),
  connection: z
    .string()
    .min(1)
    .optional()
    .describe('A connection with the credentials of the remote; one of the same bucket is found by itself'),
  found: DvcFound.optional().describe('What a version was read from; passed over in requests'),
});
export type DvcSource = z.infer<typeof DvcSource>;

export const DvcInspection = z
  .object({
    root: z.string().describe('The folder of the repository'),
    commit: z.string().nullable().describe('The git commit that is checked out'),
    outputs: z.array(
      z.object({
        path: z.string().describe('From the root'),
        name: z
          .string()
          .describe('From the folder of the path that was asked about: "output" of a source takes it'),
        file: z.string().describe('The .dvc file or dvc.lock that names it, from the root'),
        stage: z.string().nullable(),
        md5: z.string(),
        isDirectory: z.boolean(),
        sizeBytes: z.int().nullable(),
        files: z.int().nullable().describe('Of a directory'),
        inRepository: z
          .boolean()
          .describe('Something lies at its path; whether its content fits is not looked at'),
        inCache: z.boolean(),
      }),
    ),
    truncated: z.boolean().describe('There are more outputs than these'),
    problems: z.array(Problem).describe('Files of DVC below the folder that cannot be used'),
    remotes: z.array(
      z.object({
        name: z.string(),
        url: z.string(),
        kind: z
          .enum(['folder', 's3', 'gcs', 'azure-blob', 'http', 'other'])
          .describe('"other" is not read here'),
        isDefault: z.boolean(),
        connection: z.string().nullable().describe('The connection that leads there'),
      }),
    ),
  })
  .meta({ id: 'DvcInspection' });
export type DvcInspection = z.infer<typeof DvcInspection>;

export const DvcExportRequest = z.object({
  repository: z.string().min(1).max(4000).describe('The folder of a repository of DVC, or one in it'),
  out: z
    .string()
    .min(1)
    .max(4000)
    .describe('The file, from that folder; its ending tells the format and, .gz or .zst, the compression'),
  format: DataExportFormat.optional().describe('Where the ending does not tell'),
  columns: z.array(z.string().min(1)).min(1).max(20_000).optional().describe('Only these, in this order'),
  where: z.string().min(1).max(4000).optional().describe('Only rows for which this SQL condition holds'),
  push: z
    .string()
    .max(200)
    .optional()
    .describe('Send the file to this remote of DVC, too; "" is the default one. Left out: it is not sent'),
  connection: z
    .string()
    .min(1)
    .optional()
    .describe('A connection with the credentials of the remote; one of the same bucket is found by itself'),
  force: z
    .boolean()
    .default(false)
    .describe('Replace a file that DVC does not keep, or that has changed since DVC took it'),
});
export type DvcExportRequest = z.infer<typeof DvcExportRequest>;

/** Result of an export to a repository of DVC. */
export const DvcExportResult = z.object({
  path: z.string(),
  name: z.string().describe('The file from the root of the repository'),
  dvcFile: z.string().describe('What to commit with git'),
  md5: z.string(),
  sizeBytes: z.int(),
  rows: z.int(),
  created: z.boolean().describe('False: everything was there already'),
  ignoredIn: z.string().nullable().describe('The .gitignore that was written to, to be committed too'),
  pushed: z
    .object({
      remote: z.string(),
      where: z.string(),
      sent: z.boolean().describe('False: the remote had it already'),
    })
    .nullable(),
});
export type DvcExportResult = z.infer<typeof DvcExportResult>;

export const dvcApi = {
  inspect: endpoint({
    id: 'dvc.inspect',
    method: 'POST',
    path: '/api/v1/dvc/inspect',
    summary: 'The outputs that files of DVC name, and where their content may be found',
    body: z.object({ path: z.string().min(1).max(4000).describe('As of a source of the kind dvc') }),
    response: DvcInspection,
    errors: ['datasets/source-not-found', 'dvc/bad-file'],
    timeoutMs: 60_000,
  }),
  export: endpoint({
    id: 'dvc.export',
    method: 'POST',
    path: '/api/v1/dataset-versions/{versionId}/dvc-exports',
    summary: 'Write a version as a file that DVC keeps (a job)',
    description:
      'The file comes to the cache and to its place, with a .dvc file and a line of .gitignore beside it, as "dvc add" leaves them. The version is named by its id or a reference such as flights@3.',
    params: byVersionRef,
    body: DvcExportRequest,
    status: 202,
    response: Job,
    errors: [
      'datasets/not-found',
      'datasets/version-not-found',
      'datasets/source-not-found',
      'datasets/bad-expression',
      'connections/not-found',
      'dvc/bad-file',
      'dvc/not-a-repository',
      'dvc/would-overwrite',
      'request/invalid',
    ],
  }),
};
