/** `npm run build:kernels`: compiles AssemblyScript to WebAssembly and writes it, base64, as TypeScript modules beside the sources. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folders of kernels. */
const kernels = {
  gbdt: '../engine/training/trainers/gbdt/kernel',
  linear: '../engine/training/trainers/linear/kernel',
  numbers: '../engine/monitoring/statistics/kernel',
} as const;
type Kernel = keyof typeof kernels;

const folderOf = (kernel: Kernel): string => fileURLToPath(new URL(kernels[kernel], import.meta.url));
const compiler = fileURLToPath(new URL('../node_modules/assemblyscript/bin/asc.js', import.meta.url));

/** The module that the `wasm-bytes.ts` of a kernel is to hold: equal sources give equal bytes. */
export function wasmModuleText(kernel: Kernel): string {
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
      cwd: folderOf(kernel),
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
  for (const kernel of ['gbdt', 'linear', 'numbers'] as const)
    writeFileSync(join(folderOf(kernel), 'wasm-bytes.ts'), wasmModuleText(kernel));
}
