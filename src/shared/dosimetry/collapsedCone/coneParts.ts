import { throwIfCancelled } from '../../contract/errors.ts';
import type { Beam } from '../../model/plan.ts';
import type { BeamFrame } from '../beam/beamFrame.ts';
import type { FluenceMap } from '../beam/fluenceMap.ts';
import { filtrationOf } from '../beam/filtration.ts';
import { electronFluence, primaryFluence } from '../beam/primaryFluence.ts';
import type { BeamSegment } from '../beam/segments.ts';
import { wedgesIn } from '../beam/wedge.ts';
import { type BeamQuality, beamQualityOf } from '../machine/beamQuality.ts';
import { type ConeTable, coneTables } from './coneTable.ts';
import { addElectrons } from './electronField.ts';
import type { ComputeOptions } from '../engine.ts';
import type { SuperpositionKernel, SweepRun } from './kernels/contract.ts';
import type { Machine } from '../machine/machine.ts';
import { type Planes, type PrimaryField, ReleasedEnergy } from './primaryField.ts';
import type { LocalGrid } from './rayTrace.ts';
import { conesOf, heldEnergy } from './superposition.ts';
import { type TermaTable, termaTable } from './terma.ts';

/** A segment as the dose grid sees it. */
export interface PlacedSegment {
  readonly segment: BeamSegment;
  readonly frame: BeamFrame;
  /** Share of the beam's meterset. */
  readonly weight: number;
  /** From TERMA per fluence to the unit asked for. */
  readonly scale: number;
}

/** What a sector's segments release in some planes: gives TERMA, hardening and, where the machine has such, electrons' dose of these planes. */
export interface ReleasePart {
  readonly kind: 'release';
  /** One number a sector. */
  readonly group: number;
  readonly beam: Beam;
  readonly machine: Machine;
  readonly frame: BeamFrame;
  readonly segments: readonly PlacedSegment[];
  readonly planes: Planes;
}

/** The superposition of a sector's field along some of its cones: gives their dose. */
export interface SpreadPart {
  readonly kind: 'spread';
  readonly group: number;
  readonly machine: Machine;
  readonly frame: BeamFrame;
  readonly field: PrimaryField;
  readonly minorTerma: number;
  /** First cone and the one after the last. */
  readonly cones: readonly [number, number];
}

export type ConePart = ReleasePart | SpreadPart;

/** Does the parts of beams on one grid, one at a time, and keeps what the next part of the same sector needs as well. */
export class ConePerformer {
  readonly #kernel: SuperpositionKernel;
  readonly #grid: LocalGrid;
  readonly #directions: number;
  #fluences: { readonly group: number; readonly maps: Map<number, FluenceMap> } | undefined;
  #run: { readonly group: number; readonly run: SweepRun } | undefined;

  constructor(kernel: SuperpositionKernel, grid: LocalGrid, directions: number) {
    this.#kernel = kernel;
    this.#grid = grid;
    this.#directions = directions;
  }

  perform(part: ConePart, options: ComputeOptions): Promise<readonly Float32Array[]> {
    return part.kind === 'release' ? this.#release(part, options) : this.#spread(part, options);
  }

  rest(): void {
    this.#fluences = undefined;
    this.#endRun();
  }

  #endRun(): void {
    this.#run?.run.end?.();
    this.#run = undefined;
  }

  async #release(part: ReleasePart, options: ComputeOptions): Promise<readonly Float32Array[]> {
    const { segments, planes, frame, beam, machine } = part;
    const pause = pauseOf(options);
    const data = await spectrumData(machine, this.#directions, pause);
    const sum = new ReleasedEnergy(this.#grid, planes);
    let electrons: Float32Array | undefined;
    for (const [n, one] of segments.entries()) {
      await pause();
      const fluence = this.#fluence(part, n);
      const filtration = filtrationOf(machine, data.quality, wedgesIn(beam, one.segment, machine));
      await sum.add(one.frame, fluence, one.weight, one.scale, data.terma, filtration, pause);
      const map = electronFluence(beam, one.segment, machine);
      if (map !== undefined) {
        electrons ??= new Float32Array(this.#grid.dims[0] * this.#grid.dims[1] * (planes[1] - planes[0]));
        const kerma = data.terma(0, 0, 1);
        const { frame: from, weight, scale } = one;
        const kind = machine.beam.electrons;
        await addElectrons(this.#grid, from, map, filtration, kind, kerma, weight, scale, planes, electrons, pause);
      }
      options.onProgress?.((n + 1) / segments.length);
    }
    const { terma, hardening } = sum.finish(frame, data.held);
    return electrons === undefined ? [terma, hardening] : [terma, hardening, electrons];
  }

  /** Kept for the other planes of the sector, if there are any. */
  #fluence({ group, beam, machine, segments, planes }: ReleasePart, n: number): FluenceMap {
    if (this.#fluences?.group !== group) this.#fluences = { group, maps: new Map() };
    const { maps } = this.#fluences;
    const map = maps.get(n) ?? primaryFluence(beam, segments[n].segment, machine);
    if (planes[1] - planes[0] < this.#grid.dims[2]) maps.set(n, map);
    return map;
  }

  async #spread(part: SpreadPart, options: ComputeOptions): Promise<readonly Float32Array[]> {
    const pause = pauseOf(options);
    const { tables } = await spectrumData(part.machine, this.#directions, pause);
    if (this.#run?.group !== part.group) {
      // One grid in the kernel's memory at a time.
      this.#endRun();
      const problem = { ...this.#grid, ...part.field, minorTerma: part.minorTerma, source: part.frame.source };
      this.#run = { group: part.group, run: this.#kernel.begin(problem) };
    }
    const { run } = this.#run;
    const cones = conesOf(part.frame, tables, this.#grid.spacing).slice(...part.cones);
    try {
      for (const [n, cone] of cones.entries()) {
        await pause();
        await run.sweep(cone);
        options.onProgress?.((n + 1) / cones.length);
      }
      await pause();
      return [await run.finish()];
    } catch (error) {
      // It holds the dose of some of the cones.
      this.#endRun();
      throw error;
    }
  }
}

interface SpectrumData {
  readonly quality: BeamQuality;
  readonly tables: readonly ConeTable[];
  readonly terma: TermaTable;
  readonly held: (cosine: number) => number;
}

const known = new Map<string, SpectrumData>();

/** What depends on spectrum and direction set only: beams share it. */
async function spectrumData(machine: Machine, directions: number, pause: () => Promise<void>): Promise<SpectrumData> {
  const quality = beamQualityOf(machine);
  const key = `${quality.name}/${directions}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const tables = coneTables(quality, directions);
  await pause();
  const terma = termaTable(quality);
  await pause();
  const made = { quality, tables, terma, held: heldEnergy(tables) };
  known.set(key, made);
  return made;
}

/** Between two steps: where a cancel is seen. */
function pauseOf({ signal, yieldNow }: ComputeOptions): () => Promise<void> {
  return async () => {
    throwIfCancelled(signal);
    await yieldNow?.();
    throwIfCancelled(signal);
  };
}
