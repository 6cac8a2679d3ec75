/** The part of WebAssembly's JavaScript interface that the kernels need: present in Node, pages and workers alike. */
interface Platform {
  atob(base64: string): string;
  readonly WebAssembly: {
    validate(bytes: Uint8Array): boolean;
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object, imports: object) => { readonly exports: Readonly<Record<string, unknown>> };
    readonly Memory: new (size: {
      initial: number;
    }) => {
      readonly buffer: ArrayBuffer;
      grow(pages: number): number;
    };
  };
}

export const platform = globalThis as unknown as Platform;

/** A compiled module's bytes from its generated text. */
export function bytesOf(base64: string): Uint8Array {
  const text = platform.atob(base64);
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
