import { readFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';

/** AssemblyScript source and the module that carries its compiled bytes, relative to the repository's root. */
export const KERNELS = [
  {
    source: 'src/kernels/superposition.ts',
    generated: 'src/shared/dosimetry/collapsedCone/kernels/simd/superposition.generated.ts',
  },
  {
    source: 'src/kernels/fluence.ts',
    generated: 'src/shared/dosimetry/pencilBeam/fluence/simd/fluence.generated.ts',
  },
];

/** The text of the generated module. */
export async function compileKernel({ source }) {
  const options = '--outFile kernel.wasm -O3 --noAssert --runtime stub --enable simd --importMemory'.split(' ');
  let wasm;
  const { error } = await asc.main(['kernel.ts', ...options], {
    readFile: (name) => (name === 'kernel.ts' ? readFileSync(source, 'utf8') : null),
    writeFile: (name, contents) => {
      if (name === 'kernel.wasm') wasm = contents;
    },
    listFiles: () => [],
  });
  if (error !== null || wasm === undefined) throw new Error(`${source} does not compile: ${String(error)}`);
  const lines =
    Buffer.from(wasm)
      .toString('base64')
      .match(/.{1,100}/g) ?? [];
  return [
    `// Compiled from ${source} by \`npm run kernels\`: not to be edited.`,
    'export const WASM_BASE64 =',
    `  ${lines.map((line) => `'${line}'`).join(' +\n  ')};`,
    '',
  ].join('\n');
}
