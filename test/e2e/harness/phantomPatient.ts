import { phantomSeries } from '#main/cli/phantomFiles.ts';
import { makePhantom, type Phantom, type PhantomKind } from '#shared/phantom/phantom.ts';
import type { TestHost } from './host.ts';

/** Stores a phantom's series (all, or those of some modalities) in a host's archive; returns the phantom with its truth. */
export async function storePhantom(
  host: TestHost,
  kind: PhantomKind,
  modalities: readonly string[] = ['CT', 'MR', 'RTSTRUCT', 'REG'],
): Promise<Phantom> {
  const phantom = makePhantom(kind);
  for (const series of phantomSeries(phantom))
    if (modalities.includes(series.modality)) await host.store(series.files.map(({ bytes }) => bytes));
  return phantom;
}
