import { app } from 'electron';
import { runShell } from './run.ts';

// The entry that electron-vite bundles into out/main: everything it does is in run.ts.
runShell(process.argv).catch((error: unknown) => {
  console.error(error);
  app.exit(1);
});
