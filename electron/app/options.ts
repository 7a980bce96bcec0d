import { resolve } from 'node:path';

export type DesktopOptions = { workspace: string | null; port: number };

/** What `npm start -- --workspace DIR --port N` passes on; environment ASSAY_WORKSPACE as the fallback. */
export function desktopOptions(
  argv: readonly string[],
  environment: Record<string, string | undefined>,
): DesktopOptions {
  const optionValue = (name: string): string | null => {
    const inline = argv.find((argument) => argument.startsWith(`${name}=`));
    if (inline) return inline.slice(name.length + 1);
    const at = argv.indexOf(name);
    return at >= 0 ? (argv[at + 1] ?? null) : null;
  };
  const workspace = optionValue('--workspace') ?? environment.ASSAY_WORKSPACE ?? null;
  const port = Number(optionValue('--port') ?? 4890);
  return {
    workspace: workspace === null || workspace === '' ? null : resolve(workspace),
    port: Number.isInteger(port) && port >= 0 && port <= 65_535 ? port : 4890,
  };
}
