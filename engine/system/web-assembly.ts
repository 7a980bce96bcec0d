/** `grow` adds pages of 64 KB; views of the buffer before are then empty. */
export type WebAssemblyMemory = { readonly buffer: ArrayBuffer; grow(pages: number): number };

type WebAssemblyApi = {
  Memory: new (size: { initial: number }) => WebAssemblyMemory;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (
    module: object,
    imports: Record<string, Record<string, unknown>>,
  ) => { readonly exports: object };
};

/** What of WebAssembly is used here; the types of Node have none. Undefined where the runtime was started without it. */
export const webAssembly = Reflect.get(globalThis, 'WebAssembly') as WebAssemblyApi | undefined;
