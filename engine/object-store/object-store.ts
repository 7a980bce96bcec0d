import type { HttpAnswer, RemoteContext } from '../http/index.ts';

export type StoredObject = {
  sizeBytes: number;
  /** As noted when it was put; null when somebody else put it. */
  digest: string | null;
  /** Changes whenever the object does: an ETag, a generation. */
  state: string;
};

export type ListedObject = {
  key: string;
  sizeBytes: number;
  /** As of `StoredObject`; null where the list does not tell it. */
  state: string | null;
};

export type PutOptions = {
  digest: string;
  /** What it takes the place of: null nothing, else that state of the object. */
  over: string | null;
  /** What an upload that was cut off had saved, as JSON. */
  begun: unknown;
  /** Called after each part with what goes on from there; null when nothing is begun any more. */
  save(begun: unknown, sentBytes: number): void;
};

/** A bucket as targets use it. Keys hold any text; all errors are those of requests. */
export type ObjectStore = {
  /** Names an object for people and tools. */
  address(key: string): string;
  /** Null when it is not there. */
  head(key: string): Promise<StoredObject | null>;
  /** Null when it is not there. Errors: targets/refused when it is longer than `maxBytes`. */
  get(key: string, maxBytes: number): Promise<{ bytes: Buffer; state: string } | null>;
  /** Errors: targets/conflict when there is something else than `over`. */
  put(key: string, bytes: Uint8Array, options: PutOptions): Promise<void>;
  remove(key: string): Promise<void>;
  /**
   * So many bytes from a place on, fewer at the end. Null when it is not there. Errors: targets/conflict when it is not in
   * the state given.
   */
  range(key: string, start: number, length: number, state?: string | null): Promise<Buffer | null>;
  /** What lies directly below a prefix, without it; folders end with "/". */
  list(prefix: string): Promise<string[]>;
  /** Every object below a prefix with its whole key, by key, page by page. */
  listAll(prefix: string): AsyncIterable<ListedObject>;
  /** Where requests go to. */
  origin: URL;
  /** Reads the list of the bucket: tells whether it is there and the credentials are taken. */
  probe(): Promise<HttpAnswer>;
};

export type OpenStore = (context: RemoteContext) => ObjectStore;
