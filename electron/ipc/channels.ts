import { z } from 'zod';

/** Page to main, with an answer. Arguments are parsed before a handler sees them. */
export const requests = {
  'dialog:choose-data-files': { arguments: z.tuple([]), answer: z.array(z.string()) },
  'dialog:choose-folder': { arguments: z.tuple([]), answer: z.string().nullable() },
  'shell:show-in-folder': { arguments: z.tuple([z.string().min(1).max(4096)]), answer: z.void() },
} as const;

export type RequestChannel = keyof typeof requests;
export type RequestArguments<C extends RequestChannel> = z.output<(typeof requests)[C]['arguments']>;
export type RequestAnswer<C extends RequestChannel> = z.output<(typeof requests)[C]['answer']>;

/** Main to page, without an answer. */
export type Notices = { 'files:opened': string[]; 'page:navigate': string };
