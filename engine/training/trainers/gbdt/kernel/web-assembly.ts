type WebAssemblyMemory = { readonly buffer: ArrayBuffer };

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
