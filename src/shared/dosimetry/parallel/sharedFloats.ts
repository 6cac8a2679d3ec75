/** The part of the platform that shares memory between threads: Node, and pages that are cross-origin isolated (server/headers.ts). */
interface Platform {
  readonly SharedArrayBuffer?: new (bytes: number) => ArrayBufferLike;
}

/** Whether threads can see each other's memory here. */
export const memoryIsShared = (): boolean => (globalThis as Platform).SharedArrayBuffer !== undefined;

function buffer(bytes: number): ArrayBufferLike {
  const { SharedArrayBuffer } = globalThis as Platform;
  return SharedArrayBuffer === undefined ? new ArrayBuffer(bytes) : new SharedArrayBuffer(bytes);
}

/** Zeros in memory that workers see without copying, or in plain memory where none is shared. */
export const sharedFloats = (length: number): Float32Array => new Float32Array(buffer(4 * length));

/** The same as bytes. */
export const sharedBytes = (length: number): Uint8Array => new Uint8Array(buffer(length));

/** The same in double precision. */
export const sharedDoubles = (length: number): Float64Array => new Float64Array(buffer(8 * length));
