import type { Archive } from '#main/archive/types.ts';
import { describeError } from '#shared/contract/errors.ts';

/** First start: puts the demo patient into an empty archive and says so. A failure is said and does not keep the app from starting. */
export async function loadDemoIfEmpty(archive: Archive, say: (text: string) => void): Promise<void> {
  if ((await archive.count()) > 0) return;
  say('The archive is empty: making the demo patient (a digital phantom); --no-demo leaves it empty');
  try {
    const { loadDemo } = await import('#main/cli/demo.ts');
    await loadDemo(archive, say);
  } catch (error) {
    say(`The demo patient could not be made: ${describeError(error)}`);
  }
}
