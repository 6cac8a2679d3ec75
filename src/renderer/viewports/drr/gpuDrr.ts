import { IsocenterError } from '#shared/contract/errors.ts';
import type { DrrSettings } from '#shared/drr/computeDrr.ts';
import type { HalfTissues } from '#shared/drr/halfTissues.ts';
import type { DrrTone } from '#shared/drr/tone.ts';
import { drrRays, type DrrView } from '#shared/drr/view.ts';
import { axisOf, type Grid } from '#shared/geometry/volume.ts';
import { dot, subtract, type Vec3 } from '#shared/geometry/vec.ts';
import { makeProgram } from '../scene/glProgram.ts';
import { DRR_FRAGMENT, DRR_VERTEX } from './gpuShaders.ts';

/** Far beyond any patient, mm: shaders know no infinity. */
const FAR = 1e6;

/** Casts radiographs on the graphics card from a three-dimensional texture. */
export interface GpuDrr {
  readonly canvas: HTMLCanvasElement;
  /** Whether a processor stands in for the card: the workers are faster then. */
  readonly software: boolean;
  /** A patient, in parts of whole slices, from the first slice on. */
  load(parts: readonly HalfTissues[]): void;
  draw(view: DrrView, settings: Pick<DrrSettings, 'weights' | 'depth'>, tone: DrrTone): void;
  /** Frees everything and the GPU context itself. */
  dispose(): void;
}

/** Undefined where the page has no WebGL2, or the context is lost already. @param onLost called when it is lost later. */
export function createGpuDrr(onLost: () => void): GpuDrr | undefined {
  const canvas = document.createElement('canvas');
  const gl = canvas.getContext('webgl2', { alpha: false, antialias: false, preserveDrawingBuffer: true });
  if (gl === null || gl.isContextLost()) return undefined;
  canvas.addEventListener('webglcontextlost', onLost);
  const made = makeProgram(gl, DRR_VERTEX, DRR_FRAGMENT);
  const uniform = (name: string): WebGLUniformLocation | null => made.uniform(name);
  let texture: WebGLTexture | null = null;
  let grid: Grid | undefined;
  return {
    canvas,
    software: isSoftware(gl),
    load(parts) {
      gl.deleteTexture(texture);
      texture = gl.createTexture();
      const whole = wholeOf(parts);
      const [nx, ny, nz] = whole.dims;
      gl.bindTexture(gl.TEXTURE_3D, texture);
      gl.texStorage3D(gl.TEXTURE_3D, 1, gl.RG16F, nx, ny, nz);
      let slice = 0;
      for (const { grid: part, data } of parts) {
        gl.texSubImage3D(gl.TEXTURE_3D, 0, 0, 0, slice, nx, ny, part.dims[2], gl.RG, gl.HALF_FLOAT, data);
        slice += part.dims[2];
      }
      for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T, gl.TEXTURE_WRAP_R])
        gl.texParameteri(gl.TEXTURE_3D, side, gl.CLAMP_TO_EDGE);
      gl.texParameteri(gl.TEXTURE_3D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
      gl.texParameteri(gl.TEXTURE_3D, gl.TEXTURE_MAG_FILTER, gl.LINEAR);
      if (gl.getError() !== gl.NO_ERROR)
        throw new IsocenterError('INTERNAL', `the graphics card takes no texture of ${nx} × ${ny} × ${nz}`);
      grid = whole;
    },
    draw(view, { weights, depth }, { black, white }) {
      const held = grid;
      if (held === undefined || gl.isContextLost()) return;
      [canvas.width, canvas.height] = view.size;
      gl.viewport(0, 0, ...view.size);
      gl.useProgram(made.program);
      gl.bindTexture(gl.TEXTURE_3D, texture);
      const rays = drrRays(view);
      gl.uniform2f(uniform('size'), ...view.size);
      gl.uniform3f(uniform('source'), ...texturePoint(held, rays.source));
      gl.uniform3f(uniform('first'), ...texturePoint(held, rays.first));
      gl.uniform3f(uniform('column'), ...textureVector(held, rays.column));
      gl.uniform3f(uniform('row'), ...textureVector(held, rays.row));
      gl.uniform3f(
        uniform('millimetres'),
        ...(([0, 1, 2] as const).map((n) => extentOf(held, n)) as [number, number, number]),
      );
      gl.uniform2f(uniform('weights'), weights.soft, weights.bone);
      gl.uniform1f(uniform('stepLength'), Math.min(...held.spacing));
      gl.uniform1f(uniform('pixelDepth'), view.sid);
      const bounded = (mm: number): number => Math.max(-FAR, Math.min(FAR, mm)) + view.sad;
      gl.uniform2f(uniform('depths'), bounded(depth.near), bounded(depth.far));
      gl.uniform2f(uniform('tone'), black, white);
      gl.drawArrays(gl.TRIANGLES, 0, 3);
    },
    dispose() {
      canvas.removeEventListener('webglcontextlost', onLost);
      gl.deleteTexture(texture);
      gl.deleteProgram(made.program);
      gl.getExtension('WEBGL_lose_context')?.loseContext();
      canvas.remove();
    },
  };
}

function wholeOf(parts: readonly HalfTissues[]): Grid {
  const [{ grid }] = parts;
  const slices = parts.reduce((sum, part) => sum + part.grid.dims[2], 0);
  return { ...grid, dims: [grid.dims[0], grid.dims[1], slices] };
}

/** mm from face to face of the volume. */
const extentOf = ({ dims, spacing }: Grid, axis: 0 | 1 | 2): number => dims[axis] * spacing[axis];

type Triple = [number, number, number];

/** A vector of LPS mm in texture coordinates. */
function textureVector(grid: Grid, a: Vec3): Triple {
  const along = (n: 0 | 1 | 2): number => dot(a, axisOf(grid, n)) / extentOf(grid, n);
  return [along(0), along(1), along(2)];
}

/** A point in LPS mm in texture coordinates: 0 and 1 are the outer faces of the first and last voxels. */
function texturePoint(grid: Grid, a: Vec3): Triple {
  const [x, y, z] = textureVector(grid, subtract(a, grid.origin));
  return [x + 0.5 / grid.dims[0], y + 0.5 / grid.dims[1], z + 0.5 / grid.dims[2]];
}

function isSoftware(gl: WebGL2RenderingContext): boolean {
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const renderer: unknown = info === null ? '' : gl.getParameter(info.UNMASKED_RENDERER_WEBGL);
  return /swiftshader|llvmpipe|softpipe|basic render/i.test(String(renderer));
}
