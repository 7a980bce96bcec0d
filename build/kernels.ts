/** `npm run build:kernels`: compiles AssemblyScript to WebAssembly and writes it, base64, as TypeScript modules beside the sources. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Trainers that have a kernel. */
const trainers = ['gbdt', 'linear'] as const;

const folderOf = (trainer: (typeof trainers)[number]): string =>
  fileURLToPath(new URL(`../engine/training/trainers/${trainer}/kernel`, import.meta.url));
const compiler = fileURLToPath(new URL('../node_modules/assemblyscript/bin/asc.js', import.meta.url));

/** The module that the `wasm-bytes.ts` of a trainer is to hold: equal sources give equal bytes. */
export function wasmModuleText(trainer: (typeof trainers)[number]): string {
  const temporary = mkdtempSync(join(tmpdir(), 'assay-kernel-'));
  try {
    const out = join(temporary, 'kernel.wasm');
    const args = [
      'assembly/index.ts',
      '-O3',
      '--noAssert',
      '--runtime',
      'stub',
      '--importMemory',
      '--enable',
      'simd',
      '--outFile',
      out,
    ];
    const result = spawnSync(process.execPath, [compiler, ...args], {
      cwd: folderOf(trainer),
      encoding: 'utf8',
    });
    if (result.status !== 0) throw new Error(result.stderr);
    const lines =
      readFileSync(out)
        .toString('base64')
        .match(/.{1,100}/g) ?? [];
    return [
      '/** Compiled from assembly/ by `npm run build:kernels`; not to be edited. */',
      'const base64 = `',
      ...lines,
      '`;',
      '',
      '/** The WebAssembly module of the kernel. */',
      'export function wasmBytes(): Uint8Array<ArrayBuffer> {',
      "  return Uint8Array.from(Buffer.from(base64, 'base64'));",
      '}',
      '',
    ].join('\n');
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  for (const trainer of trainers)
    writeFileSync(join(folderOf(trainer), 'wasm-bytes.ts'), wasmModuleText(trainer));
}
