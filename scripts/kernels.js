// Compiles the WebAssembly kernels; their bytes become TypeScript modules. With --check nothing is written: the status
// tells whether the modules are what their sources compile to.
import { readFileSync, writeFileSync } from 'node:fs';
import { compileKernel, KERNELS } from './lib/kernels.js';

for (const kernel of KERNELS) {
  const text = await compileKernel(kernel);
  if (!process.argv.includes('--check')) writeFileSync(kernel.generated, text);
  else if (readFileSync(kernel.generated, 'utf8') !== text) {
    console.error(`${kernel.generated} is not what ${kernel.source} compiles to: npm run kernels`);
    process.exitCode = 1;
  }
}
