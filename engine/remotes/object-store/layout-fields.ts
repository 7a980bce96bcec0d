import { z } from 'zod';

/** How models lie in a store of objects: what the settings of its kinds share. `thing` is what the store calls a file. */
export const layoutFields = (thing: 'a blob' | 'an object') => ({
  prefix: z
    .string()
    .max(500)
    .default('')
    .meta({ title: 'Folder', description: 'Versions lie in models/<name>/<version>/ below it' }),
  aliases: z
    .boolean()
    .default(true)
    .meta({ title: 'Aliases', description: `Keep each alias as ${thing} that names its version` }),
});
