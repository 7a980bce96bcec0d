import type { DataSchema, NotCarried, SchemaFormat } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { toast } from '../../components/toasts.tsx';

/** Lets a person choose a schema file of any known format; null when none is chosen. */
export function pickSchemaFile(): Promise<{ schema: DataSchema; notCarried: NotCarried[] } | null> {
  return new Promise((resolve, reject) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = '.json,application/json';
    input.addEventListener('cancel', () => resolve(null));
    input.addEventListener('change', () => {
      const file = input.files?.[0];
      if (file === undefined) resolve(null);
      else
        file
          .text()
          .then((text) => client.dataSchemas.import({ body: { document: JSON.parse(text) } }))
          .then(resolve, reject);
    });
    input.click();
  });
}

/** Saves the active schema in a format, and says what that has no word for. */
export async function saveExport(dataset: string, format: SchemaFormat): Promise<void> {
  const {
    document: schema,
    fileName,
    notCarried,
  } = await client.dataSchemas.export({ body: { dataset, format } });
  saveJson(schema, fileName);
  if (notCarried.length === 0) return;
  const [first] = notCarried;
  toast({
    title: `${notCarried.length} things are not in ${fileName}`,
    text: `${first?.path}: ${first?.message}`,
    tone: 'info',
  });
}

/** Saves a document where downloads go. */
export function saveJson(value: unknown, fileName: string): void {
  const url = URL.createObjectURL(
    new Blob([`${JSON.stringify(value, null, 2)}\n`], { type: 'application/json' }),
  );
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(url);
}
