/** The part of the platform that shares memory between threads: Node, and pages that are cross-origin isolated (server/headers.ts). */
interface Platform {
  readonly SharedArrayBuffer?: new (bytes: number) => ArrayBufferLike;
}

/** Zeros in memory that workers see without copying, or in plain memory where none is shared. */
export function sharedFloats(length: number): Float32Array {
  const { SharedArrayBuffer } = globalThis as Platform;
  return new Float32Array(
    SharedArrayBuffer === undefined ? new ArrayBuffer(4 * length) : new SharedArrayBuffer(4 * length),
  );
}
