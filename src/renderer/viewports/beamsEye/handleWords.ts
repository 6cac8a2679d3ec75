import type { Handle } from '#shared/beamsEye/edit/hit.ts';
import { jawsOf } from '#shared/beamsEye/opening.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import type { ControlPoint } from '#shared/model/plan.ts';

type Mlc = NonNullable<Machine['mlc']>;

/** Names of the leaf banks: as the jaws on their side. */
const bankName = (mlc: Mlc, bank: 0 | 1): string => `${mlc.type === 'MLCX' ? 'X' : 'Y'}${bank + 1}`;

/** What a handle is called. */
export function handleName(handle: Handle, mlc: Machine['mlc']): string {
  if (handle.kind === 'jaw') return `jaw ${handle.side}`;
  return `leaf ${handle.pair + 1} ${mlc === undefined ? '' : bankName(mlc, handle.bank)}`;
}

/** Where a handle stands, mm; undefined where the control point has no such device. */
export function handlePosition(handle: Handle, mlc: Machine['mlc'], control: ControlPoint): number | undefined {
  if (handle.kind === 'jaw') return jawsOf(control)?.[['X1', 'X2', 'Y1', 'Y2'].indexOf(handle.side)];
  const ends = mlc === undefined ? undefined : control.positions[mlc.type];
  return ends?.[handle.bank * (ends.length / 2) + handle.pair];
}

/** Whether a handle moves along collimator x or y. */
export const handleAxis = (handle: Handle, mlc: Machine['mlc']): 'x' | 'y' =>
  handle.kind === 'jaw' ? (handle.side.startsWith('X') ? 'x' : 'y') : mlc?.type === 'MLCY' ? 'y' : 'x';
