/** Third-party modules without types of their own: only what src/shared/dicom uses of them. */
declare module 'dcmjs/dictionary' {
  const dictionary: Readonly<
    Record<string, { tag: string; vr: string; name: string; vm: string; version: string } | undefined>
  >;
  export default dictionary;
}

declare module 'pako' {
  /** Streaming inflater: `onData` receives chunks, `ended` is true once the stream's end was seen, `err` is a zlib code. */
  export class Inflate {
    constructor(options: { raw: boolean; chunkSize?: number });
    err: number;
    ended: boolean;
    onData: (chunk: Uint8Array) => void;
    push(data: Uint8Array, flush: boolean): boolean;
  }
  export function deflateRaw(data: Uint8Array): Uint8Array;
}
