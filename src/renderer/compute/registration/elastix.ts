import { IsocenterError } from '#shared/contract/errors.ts';
import { type ElastixModule, type ElastixProgram, startElastix } from '#shared/registration/elastix/module.ts';

/** Where electron.vite.config.ts puts the program: beside the page, as the content security policy demands. */
const FOLDER = new URL('/elastix/', globalThis.location.href);

let program: Promise<ElastixProgram> | undefined;

async function read(): Promise<ElastixProgram> {
  const [script, answer] = await Promise.all([
    import(/* @vite-ignore */ new URL('elastix.js', FOLDER).href) as Promise<ElastixProgram['script']>,
    fetch(new URL('elastix.wasm', FOLDER)),
  ]);
  if (!answer.ok)
    throw new IsocenterError('NOT_FOUND', `the registration program could not be loaded (${answer.status})`);
  return { script, code: await WebAssembly.compile(await answer.arrayBuffer()) };
}

/** Elastix from the built assets, compiled once a worker. */
export async function loadElastix(): Promise<ElastixModule> {
  program ??= read();
  return startElastix(await program);
}
