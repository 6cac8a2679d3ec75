import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { zstdDecompressSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Vite 8 does not treat `import x from 'pkg/file.wasm'` as an asset URL; emscripten packages expect one. */
function wasmAsUrl(): Plugin {
  return {
    name: 'wasm-as-url',
    enforce: 'pre',
    async resolveId(source, importer, options) {
      if (!source.endsWith('.wasm') || !importer?.includes('node_modules')) return null;
      const resolved = await this.resolve(source, importer, { ...options, skipSelf: true });
      return resolved ? `${resolved.id}?url` : null;
    },
  };
}

/** Elastix beside the page: its package fetches it from a content delivery network otherwise, packed. */
function elastixProgram(): Plugin {
  const pipelines = new URL('./pipelines/', import.meta.resolve('@itk-wasm/elastix'));
  const read = (name: string): Buffer => readFileSync(new URL(name, pipelines));
  return {
    name: 'elastix-program',
    generateBundle() {
      const emit = (name: string, source: Uint8Array): void => {
        this.emitFile({ type: 'asset', fileName: `elastix/${name}`, source });
      };
      emit('elastix.js', read('elastix.js'));
      emit('elastix.wasm', zstdDecompressSync(read('elastix.wasm.zst')));
    },
  };
}

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      rollupOptions: {
        input: { electron: here('src/main/shell/electron.ts'), doseWorker: here('src/main/jobs/doseWorker.ts') },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  renderer: {
    root: here('src/renderer/app'),
    publicDir: here('src/renderer/app/public'),
    plugins: [react(), wasmAsUrl(), elastixProgram()],
    resolve: { alias: { events: 'events/' } },
    worker: { format: 'es', plugins: () => [wasmAsUrl()] },
    build: {
      outDir: here('out/renderer'),
      emptyOutDir: true,
      target: 'esnext',
      chunkSizeWarningLimit: 8000,
      rollupOptions: { input: here('src/renderer/app/index.html') },
    },
  },
});
