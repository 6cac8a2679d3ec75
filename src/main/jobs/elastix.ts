import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { zstdDecompressSync } from 'node:zlib';
import { type ElastixModule, type ElastixProgram, startElastix } from '#shared/registration/elastix/module.ts';

/** The package exports no files: its entry is the way to what lies beside it. */
const PIPELINES = new URL('./pipelines/', import.meta.resolve('@itk-wasm/elastix'));

/** Node's types leave WebAssembly to the DOM's. */
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: { compile(bytes: Uint8Array): Promise<object> };
};

let program: Promise<ElastixProgram> | undefined;

async function read(): Promise<ElastixProgram> {
  const script = (await import(new URL('elastix.js', PIPELINES).href)) as ElastixProgram['script'];
  // The .wasm beside it is of another build: ITK-Wasm itself loads the packed one.
  const packed = readFileSync(fileURLToPath(new URL('elastix.wasm.zst', PIPELINES)));
  return { script, code: await WebAssembly.compile(zstdDecompressSync(packed)) };
}

/** Elastix from node_modules, compiled once a thread. */
export async function loadElastix(): Promise<ElastixModule> {
  program ??= read();
  return startElastix(await program);
}
