import type { ArchiveOptions } from '#main/archive/archive.ts';
import type { Settings } from './settingsSchema.ts';

/** What the command line says instead of the settings about where the archive keeps its index and its objects. */
export interface ArchivePlaces {
  /** postgresql://… */
  readonly index?: string;
  /** Root of the DICOMweb archive that holds the objects. */
  readonly objects?: string;
}

/** How `openArchive` is to open it: the same for the app and for every command. */
export function archiveOptions({ index, objects }: Settings, given: ArchivePlaces = {}): ArchiveOptions {
  const url = given.objects ?? objects?.url;
  // A token is for the archive it was given for, and no other.
  const token = objects !== undefined && url === objects.url ? objects.token : undefined;
  return {
    index: given.index ?? index,
    elsewhere:
      url === undefined
        ? undefined
        : {
            name: new URL(url).host,
            url,
            authorization: token === undefined ? undefined : `Bearer ${token}`,
            copies: (objects?.copiesMB ?? DEFAULT_COPIES_MB) * 1_000_000,
          },
  };
}

/** Room for copies of objects that lie elsewhere, MB. */
const DEFAULT_COPIES_MB = 20_000;
