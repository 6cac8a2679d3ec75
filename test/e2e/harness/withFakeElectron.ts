import { registerHooks } from 'node:module';

// Preloaded by `node --import`: the one package that the built entry leaves to Electron becomes the stand-in.
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron'
      ? next(new URL('./fakeElectron.ts', import.meta.url).href, context)
      : next(specifier, context),
});
