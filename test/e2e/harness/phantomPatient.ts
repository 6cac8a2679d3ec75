import { phantomSeries } from '#main/cli/phantomFiles.ts';
import type { Phantom, PhantomKind } from '#shared/phantom/phantom.ts';
import { phantomOf } from '#test/builders/phantom.ts';
import type { Roi, StructureSet } from '#shared/model/structures.ts';
import type { TestHost } from './host.ts';

/** Stores a phantom's series (all, or those of some modalities), with more structures, in a host's archive; returns it with its truth. */
export async function storePhantom(
  host: TestHost,
  kind: PhantomKind,
  modalities: readonly string[] = ['CT', 'MR', 'RTSTRUCT', 'REG'],
  more: (structures: StructureSet) => readonly Roi[] = () => [],
): Promise<Phantom> {
  const made = phantomOf(kind);
  const { structureSet } = made;
  const phantom = { ...made, structureSet: { ...structureSet, rois: [...structureSet.rois, ...more(structureSet)] } };
  for (const series of phantomSeries(phantom))
    if (modalities.includes(series.modality)) await host.store(series.files.map(({ bytes }) => bytes));
  return phantom;
}
