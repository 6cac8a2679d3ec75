import { rpc } from '#renderer/client/rpc.ts';
import type { Contour } from '#shared/model/structures.ts';
import { contourBytes, contoursOfBytes } from '#shared/structures/contours/contourBytes.ts';

/** Names of contour lists: they are immutable, so a list is kept once. */
const names = new WeakMap<readonly Contour[], string>();

export function chunkNameOf(contours: readonly Contour[]): string {
  let name = names.get(contours);
  if (name === undefined) {
    name = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
      '',
    );
    names.set(contours, name);
  }
  return name;
}

/** Compressed by the browser beside the page's own work. */
export async function putChunk(patientKey: string, contours: readonly Contour[]): Promise<void> {
  const packed = new Blob([contourBytes(contours)]).stream().pipeThrough(new CompressionStream('gzip'));
  const name = chunkNameOf(contours);
  await rpc.recovery.putChunk({ patientKey, name, chunk: new File([await new Response(packed).blob()], name) });
}

/** Undefined where the chunk is missing or damaged. */
export async function getChunk(patientKey: string, name: string): Promise<readonly Contour[] | undefined> {
  try {
    const file = await rpc.recovery.getChunk({ patientKey, name });
    const unpacked = file.stream().pipeThrough(new DecompressionStream('gzip'));
    return contoursOfBytes(new Uint8Array(await new Response(unpacked).arrayBuffer()));
  } catch {
    // Which structures are lost by it is told by their names (recoveredStructures).
    return undefined;
  }
}
