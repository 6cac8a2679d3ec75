import { IsocenterError } from '#shared/contract/errors.ts';
import { dot, scale, subtract, type Vec3 } from '#shared/geometry/vec.ts';
import type { Rgb } from '#shared/model/structures.ts';
import type { SurfaceMesh } from '#shared/structures/surfaces/surfaceMesh.ts';
import { type SceneCamera, viewDirection } from './camera.ts';
import { halvesBackToFront } from './drawOrder.ts';
import { makeProgram, type Program } from './glProgram.ts';
import { SLICE_FRAGMENT, SLICE_VERTEX, SURFACE_FRAGMENT, SURFACE_VERTEX } from './shaders.ts';
import type { SliceImage } from './sliceImage.ts';

export interface SceneSurface {
  readonly mesh: SurfaceMesh;
  readonly color: Rgb;
  /** 0..1; 1 hides what is behind. */
  readonly opacity: number;
}

export interface ScenePicture {
  readonly camera: SceneCamera;
  /** CSS pixels, and device pixels per CSS pixel. */
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
  /** Everything lies within this many mm of the camera's centre along the view. */
  readonly reach: number;
  readonly surfaces: readonly SceneSurface[];
  /** Meshes that another picture will soon want: they stay on the GPU. */
  readonly kept: readonly SurfaceMesh[];
  readonly slices: readonly (SliceImage & { readonly frame: Rgb })[];
}

/** Draws pictures of the scene on a canvas; what a picture no longer shows is freed on the GPU. */
export interface SceneRenderer {
  /** Whether the processor draws (no GPU, or none that the browser may use): hundreds of thousands of triangles take it a while. */
  readonly software: boolean;
  draw(picture: ScenePicture): void;
  /** Frees everything and the GPU context itself. */
  dispose(): void;
}

interface MeshBuffers {
  readonly array: WebGLVertexArrayObject;
  readonly buffers: readonly WebGLBuffer[];
  readonly count: number;
}

const BACKGROUND = [0.035, 0.05, 0.07] as const;

/** Column-major clip matrix of an orthographic camera: x and y of the canvas, and depth ±reach to ±1 (nearer is less). */
export function clipMatrix({
  camera,
  width,
  height,
  reach,
}: Pick<ScenePicture, 'camera' | 'width' | 'height' | 'reach'>): Float32Array {
  const { centre, right, down } = camera;
  const rows = [
    scale(right, (2 * camera.scale) / width),
    scale(down, (-2 * camera.scale) / height),
    scale(viewDirection(camera), 1 / reach),
  ];
  const matrix = new Float32Array(16);
  for (const [row, axis] of rows.entries()) {
    for (let column = 0; column < 3; column++) matrix[4 * column + row] = axis[column];
    matrix[12 + row] = -dot(axis, centre);
  }
  matrix[15] = 1;
  return matrix;
}

/** @throws IsocenterError NOT_IMPLEMENTED where the page has no WebGL2. */
export function createSceneRenderer(canvas: HTMLCanvasElement): SceneRenderer {
  const gl = canvas.getContext('webgl2', { alpha: false, antialias: true, powerPreference: 'high-performance' });
  if (gl === null) throw new IsocenterError('NOT_IMPLEMENTED', 'this browser gives no WebGL2; the 3-D view needs it');
  const surfaceProgram = makeProgram(gl, SURFACE_VERTEX, SURFACE_FRAGMENT);
  const sliceProgram = makeProgram(gl, SLICE_VERTEX, SLICE_FRAGMENT);
  const quad = makeQuad(gl, sliceProgram);
  const meshes = new Map<SurfaceMesh, MeshBuffers>();
  const textures = new Map<Uint8Array, WebGLTexture>();

  const buffersOf = (mesh: SurfaceMesh): MeshBuffers => {
    let known = meshes.get(mesh);
    if (known === undefined) {
      known = uploadMesh(gl, surfaceProgram, mesh);
      meshes.set(mesh, known);
    }
    return known;
  };

  const textureOf = (slice: SliceImage): WebGLTexture => {
    let known = textures.get(slice.pixels);
    if (known === undefined) {
      known = uploadTexture(gl, slice);
      textures.set(slice.pixels, known);
    }
    return known;
  };

  const forget = ({ surfaces, kept, slices }: Pick<ScenePicture, 'surfaces' | 'kept' | 'slices'>): void => {
    const shownMeshes = new Set([...surfaces.map(({ mesh }) => mesh), ...kept]);
    for (const [mesh, { array, buffers }] of meshes)
      if (!shownMeshes.has(mesh)) {
        gl.deleteVertexArray(array);
        for (const buffer of buffers) gl.deleteBuffer(buffer);
        meshes.delete(mesh);
      }
    const shownPixels = new Set(slices.map(({ pixels }) => pixels));
    for (const [pixels, texture] of textures)
      if (!shownPixels.has(pixels)) {
        gl.deleteTexture(texture);
        textures.delete(pixels);
      }
  };

  const drawSurface = ({ mesh, color, opacity }: SceneSurface): void => {
    const { array, count } = buffersOf(mesh);
    gl.bindVertexArray(array);
    gl.uniform3f(surfaceProgram.uniform('color'), color[0] / 255, color[1] / 255, color[2] / 255);
    gl.uniform1f(surfaceProgram.uniform('opacity'), opacity);
    gl.drawElements(gl.TRIANGLES, count, gl.UNSIGNED_INT, 0);
  };

  const drawSlice = (slice: ScenePicture['slices'][number]): void => {
    const [corner, right, bottom] = slice.corners;
    gl.bindTexture(gl.TEXTURE_2D, textureOf(slice));
    gl.uniform3f(sliceProgram.uniform('corner'), ...corner);
    gl.uniform3f(sliceProgram.uniform('alongX'), ...subtract(right, corner));
    gl.uniform3f(sliceProgram.uniform('alongY'), ...subtract(bottom, corner));
    gl.uniform3f(sliceProgram.uniform('frameColor'), slice.frame[0] / 255, slice.frame[1] / 255, slice.frame[2] / 255);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  };

  const draw = (picture: ScenePicture): void => {
    if (gl.isContextLost()) return;
    forget(picture);
    const [width, height] = [Math.round(picture.width * picture.ratio), Math.round(picture.height * picture.ratio)];
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    gl.viewport(0, 0, width, height);
    gl.clearColor(...BACKGROUND, 1);
    gl.depthMask(true);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.enable(gl.DEPTH_TEST);
    gl.disable(gl.BLEND);
    gl.disable(gl.CULL_FACE);
    const matrix = clipMatrix(picture);
    const direction: Vec3 = viewDirection(picture.camera);
    gl.useProgram(sliceProgram.program);
    gl.uniformMatrix4fv(sliceProgram.uniform('clipFromPatient'), false, matrix);
    gl.bindVertexArray(quad.array);
    for (const slice of picture.slices) drawSlice(slice);
    gl.useProgram(surfaceProgram.program);
    gl.uniformMatrix4fv(surfaceProgram.uniform('clipFromPatient'), false, matrix);
    gl.uniform3f(surfaceProgram.uniform('towardsViewer'), -direction[0], -direction[1], -direction[2]);
    for (const surface of picture.surfaces) if (surface.opacity >= 1) drawSurface(surface);
    gl.depthMask(false);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.enable(gl.CULL_FACE);
    const transparent = picture.surfaces.filter(({ opacity }) => opacity > 0 && opacity < 1);
    for (const { item, half } of halvesBackToFront(transparent, direction)) {
      gl.cullFace(half === 'far' ? gl.FRONT : gl.BACK);
      drawSurface(item);
    }
    gl.bindVertexArray(null);
  };

  return {
    software: isSoftware(gl),
    draw,
    dispose() {
      forget({ surfaces: [], kept: [], slices: [] });
      gl.deleteVertexArray(quad.array);
      gl.deleteBuffer(quad.buffer);
      gl.deleteProgram(surfaceProgram.program);
      gl.deleteProgram(sliceProgram.program);
      gl.getExtension('WEBGL_lose_context')?.loseContext();
    },
  };
}

function isSoftware(gl: WebGL2RenderingContext): boolean {
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const renderer: unknown = info === null ? '' : gl.getParameter(info.UNMASKED_RENDERER_WEBGL);
  return /swiftshader|llvmpipe|softpipe|basic render/i.test(String(renderer));
}

function makeQuad(
  gl: WebGL2RenderingContext,
  { program }: Program,
): { array: WebGLVertexArrayObject; buffer: WebGLBuffer } {
  const array = gl.createVertexArray();
  const buffer = gl.createBuffer();
  gl.bindVertexArray(array);
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  gl.bufferData(gl.ARRAY_BUFFER, Float32Array.of(0, 0, 1, 0, 0, 1, 1, 1), gl.STATIC_DRAW);
  const place = gl.getAttribLocation(program, 'place');
  gl.enableVertexAttribArray(place);
  gl.vertexAttribPointer(place, 2, gl.FLOAT, false, 0, 0);
  gl.bindVertexArray(null);
  return { array, buffer };
}

function uploadMesh(gl: WebGL2RenderingContext, { program }: Program, mesh: SurfaceMesh): MeshBuffers {
  const array = gl.createVertexArray();
  gl.bindVertexArray(array);
  const attribute = (name: string, values: Float32Array): WebGLBuffer => {
    const buffer = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
    const location = gl.getAttribLocation(program, name);
    gl.enableVertexAttribArray(location);
    gl.vertexAttribPointer(location, 3, gl.FLOAT, false, 0, 0);
    return buffer;
  };
  const buffers = [attribute('position', mesh.vertices), attribute('normal', mesh.normals), gl.createBuffer()];
  gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, buffers[2]);
  gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, mesh.triangles, gl.STATIC_DRAW);
  gl.bindVertexArray(null);
  return { array, buffers, count: mesh.triangles.length };
}

function uploadTexture(gl: WebGL2RenderingContext, { width, height, pixels }: SliceImage): WebGLTexture {
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
  for (const [parameter, value] of [
    [gl.TEXTURE_MIN_FILTER, gl.LINEAR],
    [gl.TEXTURE_MAG_FILTER, gl.LINEAR],
    [gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE],
    [gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE],
  ])
    gl.texParameteri(gl.TEXTURE_2D, parameter, value);
  return texture;
}
