import { z } from 'zod';
import { secretField } from '../../secrets/index.ts';
import { defineTargetKind } from '../target.ts';

/** `https://…`, `ssh://…`, `git@host:path` or `file:///…`: nothing that git would take for an option or a program. */
const address = /^(?:(?:https?|ssh|file):\/\/\S+|[\w.-]+@[\w.-]+:(?!\/\/)\S+)$/;

const GitConfig = z.object({
  url: z
    .string()
    .max(1000)
    .regex(address, 'https://…, ssh://…, git@host:path or file:///…')
    .refine((url) => !/^https?:\/\/[^/]*@/.test(url), 'without a user: give that and the token by themselves')
    .meta({ title: 'Repository', description: 'https://…, ssh://…, git@host:path or file:///…' }),
  branch: z
    .string()
    .max(200)
    .regex(/^(?!.*(?:\.\.|\/\/|\.lock$))[A-Za-z0-9][\w./-]*(?<![./])$/, 'the name of a branch')
    .default('main')
    .meta({ title: 'Branch', description: 'Made by the first push where it is not there' }),
  folder: z
    .string()
    .max(200)
    .regex(/^(?:[\w-][\w.-]*(?:\/[\w-][\w.-]*)*)?$/, 'a folder of the repository')
    .default('models')
    .meta({ title: 'Folder', description: 'Models lie in folders of their own below it' }),
  username: z
    .string()
    .min(1)
    .max(200)
    .default('git')
    .meta({ title: 'User', description: 'For a token over HTTPS; most services take any name' }),
  token: secretField('For HTTPS: an access token that may write. SSH uses the keys of this machine').meta({
    title: 'Token',
  }),
  authorName: z
    .string()
    .regex(/^[^<>\n]+$/, 'a name')
    .default('Assay')
    .meta({ title: 'Author' }),
  authorEmail: z
    .string()
    .regex(/^[^<>\s]+$/, 'an address')
    .default('assay@localhost')
    .meta({ title: 'E-mail of the author' }),
  maxFileMb: z.number().min(1).max(2000).default(50).meta({
    title: 'Largest file (MB)',
    description:
      'Larger ones are refused before anything is sent. Files go as they are, without Git LFS, and most services take up to 100 MB: larger models belong in a bucket or a registry',
  }),
  workflow: z.boolean().default(true).meta({
    title: 'Workflow',
    description: 'Write a workflow for GitHub Actions that tests, gates and releases each version',
  }),
  aliases: z
    .boolean()
    .default(true)
    .meta({ title: 'Aliases', description: 'Keep each alias as a tag: model#alias#1' }),
});
export type GitConfig = z.infer<typeof GitConfig>;

export const gitKind = defineTargetKind({
  kind: 'git',
  title: 'Git repository',
  description: 'A commit and a tag for each version, and a workflow that tests and releases it.',
  configSchema: GitConfig,
  canPull: true,
  address: ({ url, branch }) => `${url} (${branch})`,
  open: async (config) => (await import('./git-remote.ts')).openGit(config),
});
