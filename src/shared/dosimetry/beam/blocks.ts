import { IsocenterError } from '../../contract/errors.ts';
import type { Block } from '../../model/accessories.ts';
import type { Beam } from '../../model/plan.ts';
import { areaCoverage } from '../../structures/contours/coverage.ts';
import { mergeRings, normaliseRings, type Ring } from '../../structures/contours/rings.ts';
import type { FluenceLattice } from './fluenceMap.ts';
import type { SourceView } from './sourceView.ts';

/** Where a tray hangs when the plan does not say (mm from the source): only the width of the penumbra depends on it. */
const TRAY_DISTANCE = 650;
/** Steps in depth of a block whose cut edges do not follow the rays. */
const LAYERS = 8;

/**
 * What a beam's blocks let through of a source, by pixels of the isocenter plane (x fastest, means over the pixel): outside the union
 * of the apertures their transmission, times the transmission of every shielding block inside its outline (PS3.3 C.8.8.14.4).
 * Edges that follow the divergence are sharp; through straight cut ones (BlockDivergence ABSENT) a ray crosses the part of the
 * thickness that it meets, with the outline at the tray. Undefined without blocks.
 * @throws IsocenterError DOSE naming the beam for a block without outline or transmission, INVALID_ATTRIBUTE for apertures that differ in it.
 */
export function blockTransmission(beam: Beam, view: SourceView, lattice: FluenceLattice): Float64Array | undefined {
  const blocks = beam.blocks ?? [];
  if (blocks.length === 0) return undefined;
  checkBlocks(beam);
  const through = new Float64Array(lattice.width * lattice.height).fill(1);
  const apertures = blocks.filter(({ type }) => type === 'APERTURE');
  if (apertures.length > 0) multiply(through, apertures, view, lattice);
  for (const block of blocks) if (block.type === 'SHIELDING') multiply(through, [block], view, lattice);
  return through;
}

/** Throws what blockTransmission would. */
export function checkBlocks(beam: Beam): void {
  const blocks = beam.blocks ?? [];
  const refuse = (code: 'DOSE' | 'INVALID_ATTRIBUTE', message: string, attribute: string): IsocenterError =>
    new IsocenterError(code, message, { object: `Beam ${beam.number} (${beam.name})`, attribute });
  for (const { number, outline, transmission } of blocks) {
    if (outline.length < 6) throw refuse('DOSE', `block ${number} has no outline`, 'BlockData');
    if (transmission === undefined)
      throw refuse('DOSE', `the transmission of block ${number} is not stated`, 'BlockTransmission');
  }
  const apertures = blocks.filter(({ type }) => type === 'APERTURE');
  if (apertures.some(({ transmission }) => transmission !== apertures[0].transmission))
    throw refuse('INVALID_ATTRIBUTE', 'the apertures of a beam differ in transmission', 'BlockTransmission');
}

/** One shielding block, or all apertures together. */
function multiply(through: Float64Array, blocks: readonly Block[], view: SourceView, lattice: FluenceLattice): void {
  const [{ transmission = 1, type }] = blocks;
  const layers = blocks.map(layersOf);
  const depth = Math.max(...layers.map(({ length }) => length));
  const material = Array.from({ length: depth }, (_, n) => {
    const outlines = layers.map((all, block) => {
      const { scale, distance } = all[Math.min(n, all.length - 1)];
      const size = scale * view.magnification(distance);
      return normaliseRings([Float64Array.from(blocks[block].outline, (value) => value * size)]);
    });
    const inside = covered(outlines, lattice);
    return type === 'SHIELDING' ? inside : inside.map((share) => 1 - share);
  });
  const passing =
    material.length === 1
      ? Float64Array.from(material[0], (share) => 1 - share * (1 - transmission))
      : attenuated(material, transmission);
  const middle = layers[0][layers[0].length >> 1].distance;
  const blurred = blur(passing, lattice, view.sigma(middle) / lattice.pixel);
  for (let n = 0; n < through.length; n++) through[n] *= blurred[n];
}

/** Share of each pixel's area inside any of the outlines. */
function covered(outlines: readonly Ring[][], { pixel, width, height, x0, y0 }: FluenceLattice): Float32Array {
  return areaCoverage(mergeRings(outlines.flat()), {
    width,
    height,
    u0: x0 + pixel / 2,
    v0: y0 + pixel / 2,
    du: pixel,
    dv: pixel,
  });
}

/**
 * Mean transmission of a pixel, of whose area layer n covers a share: a ray through k of K layers keeps T^(k/K). The layers' shadows
 * are scaled copies of one outline, so inside a pixel they cover one another.
 */
function attenuated(layers: readonly Float32Array[], transmission: number): Float64Array {
  const powers = Array.from({ length: layers.length + 1 }, (_, k) => transmission ** (k / layers.length));
  const passing = new Float64Array(layers[0].length);
  for (let pixel = 0; pixel < passing.length; pixel++) {
    const shares = layers.map((layer) => layer[pixel]).toSorted((a, b) => b - a);
    let above = 1;
    for (const [k, share] of shares.entries()) {
      passing[pixel] += (above - share) * powers[k];
      above = share;
    }
    passing[pixel] += above * transmission;
  }
  return passing;
}

/** Layers through a block: distance from the source, and size of the layer's shadow against the outline. */
function layersOf(block: Block): { readonly scale: number; readonly distance: number }[] {
  const tray = block.sourceToTray ?? TRAY_DISTANCE;
  const thickness = block.thickness ?? 0;
  const sense = block.mountingPosition === 'PATIENT_SIDE' ? 1 : -1;
  if (block.divergence !== 'ABSENT' || thickness === 0) return [{ scale: 1, distance: tray + (sense * thickness) / 2 }];
  return Array.from({ length: LAYERS }, (_, n) => {
    const distance = tray + (sense * thickness * (n + 0.5)) / LAYERS;
    return { scale: tray / distance, distance };
  });
}

/** Separable Gaussian of `sigma` pixels, cut at four sigma; the map goes on beyond its edge. */
function blur(values: Float64Array, { width, height }: FluenceLattice, sigma: number): Float64Array {
  if (sigma < 0.05) return values;
  const radius = Math.ceil(4 * sigma);
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, n) =>
    Math.exp(-((n - radius) ** 2) / (2 * sigma * sigma)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const along = new Float64Array(values.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let n = -radius; n <= radius; n++)
        sum += weights[n + radius] * values[y * width + Math.max(0, Math.min(width - 1, x + n))];
      along[y * width + x] = sum / total;
    }
  const out = new Float64Array(values.length);
  for (let y = 0; y < height; y++)
    for (let n = -radius; n <= radius; n++) {
      const weight = weights[n + radius] / total;
      const row = Math.max(0, Math.min(height - 1, y + n)) * width;
      for (let x = 0; x < width; x++) out[y * width + x] += weight * along[row + x];
    }
  return out;
}
