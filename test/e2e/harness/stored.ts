import { readDose } from '#shared/dicom/dose/rtDose.ts';
import { readPlan } from '#shared/dicom/plan/rtPlan.ts';
import { readStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { Plan } from '#shared/model/plan.ts';
import type { StructureSet } from '#shared/model/structures.ts';
import type { TestHost } from './host.ts';

/** The structure sets in a host's archive, as any other node gets them over DICOMweb. */
export const storedStructureSets = (host: TestHost): Promise<StructureSet[]> =>
  storedObjects(host, 'RTSTRUCT', readStructureSet);

/** The RT Doses in it. */
export const storedDoses = (host: TestHost): Promise<DoseVolume[]> => storedObjects(host, 'RTDOSE', readDose);

/** The RT Plans in it. */
export const storedPlans = (host: TestHost): Promise<Plan[]> => storedObjects(host, 'RTPLAN', readPlan);

/** What `read` makes of every object of a modality in it. */
export async function storedObjects<T>(
  { origin, token }: TestHost,
  modality: string,
  read: (bytes: Uint8Array) => T,
): Promise<T[]> {
  const headers = { authorization: `Bearer ${token}`, accept: 'application/dicom+json' };
  type Attribute = Record<string, { Value: string[] } | undefined>;
  const url = `${origin}/dicom-web/instances?Modality=${modality}`;
  const found = (await (await fetch(url, { headers })).json()) as Attribute[];
  return Promise.all(
    found.map(async (item) => {
      const [study, series, uid] = ['0020000D', '0020000E', '00080018'].map((tag) => item[tag]?.Value[0] ?? '');
      const response = await fetch(`${origin}/dicom-web/studies/${study}/series/${series}/instances/${uid}`, {
        headers: { ...headers, accept: 'application/dicom; transfer-syntax=*' },
      });
      return read(new Uint8Array(await response.arrayBuffer()));
    }),
  );
}
