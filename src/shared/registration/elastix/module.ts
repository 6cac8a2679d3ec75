/** What we use of elastix compiled to WebAssembly (an Emscripten module with ITK-Wasm's memory interface). */
export interface ElastixModule {
  /** The module's memory; another object after every growth. */
  readonly HEAPU8: Uint8Array;
  ccall(name: string, returns: 'number', types: readonly 'number'[], args: readonly number[]): number;
  lengthBytesUTF8(text: string): number;
  /** Writes the text and a NUL, at most `capacity` bytes. */
  stringToUTF8(text: string, pointer: number, capacity: number): void;
  /** Runs the program; returns its exit status or throws what C++ threw (a number). */
  callMain(args: string[]): number;
}

/**
 * Makes a fresh module. Each layer finds the program in its own way: from node_modules in Node, from the built assets in the page.
 * A run leaves the memory grown, so every run gets a module of its own.
 */
export type LoadElastix = () => Promise<ElastixModule>;

/** The factory that the package's `elastix.js` exports. */
type ElastixFactory = (options: {
  instantiateWasm(imports: object, done: (instance: object) => void): object;
  stdout(byte: number): void;
  stderr(byte: number): void;
}) => Promise<ElastixModule>;

/** The program's two halves, read by a layer: the exports of `elastix.js` and the compiled code (a WebAssembly.Module). */
export interface ElastixProgram {
  readonly script: { readonly default: ElastixFactory };
  readonly code: object;
}

/** The part of WebAssembly that is needed here: Node, pages and workers have it. */
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: { readonly Instance: new (code: object, imports: object) => { readonly exports: object } };
};

/** A fresh module of a program; what it prints is dropped, for this build says nothing. */
export function startElastix({ script, code }: ElastixProgram): Promise<ElastixModule> {
  return script.default({
    instantiateWasm(imports, done) {
      const instance = new WebAssembly.Instance(code, imports);
      done(instance);
      return instance.exports;
    },
    stdout: () => undefined,
    stderr: () => undefined,
  });
}
