import { describe, expect, it } from 'vitest';
import {
  fitScene,
  fromScene,
  lookFrom,
  orbit,
  panScene,
  type SceneCamera,
  SIDES,
  toScene,
  viewDirection,
  zoomScene,
} from '#renderer/viewports/scene/camera.ts';
import { clipMatrix } from '#renderer/viewports/scene/sceneRenderer.ts';
import { orientationLetters } from '#renderer/viewports/plane/orientation.ts';
import { cross, dot, length, scale, subtract, type Vec3 } from '#shared/geometry/vec.ts';

const BOX = { low: [-200, -120, -300], high: [180, 140, 100] } as const;
const [WIDTH, HEIGHT] = [640, 480];
const close = (a: Vec3, b: Vec3): void => expect(length(subtract(a, b))).toBeLessThan(1e-9);

describe('the look from each side', () => {
  // As one stands there, the patient supine or upright: what is on the viewer's right, above, and looked towards.
  it.each([
    ['A', 'L', 'H', 'P'],
    ['P', 'R', 'H', 'A'],
    ['L', 'P', 'H', 'R'],
    ['R', 'A', 'H', 'L'],
    ['H', 'R', 'A', 'F'],
    ['F', 'L', 'A', 'H'],
  ] as const)('%s: right %s, up %s, into the screen %s', (side, right, up, into) => {
    const look = lookFrom(side);
    expect(orientationLetters(look.right)).toBe(right);
    expect(orientationLetters(scale(look.down, -1))).toBe(up);
    expect(orientationLetters(viewDirection(look))).toBe(into);
  });
});

describe('the scene camera', () => {
  const front = fitScene(lookFrom('A'), BOX, WIDTH, HEIGHT);

  it('fits the box with a margin, centred', () => {
    for (const { side } of SIDES) {
      const camera = fitScene(lookFrom(side), BOX, WIDTH, HEIGHT);
      for (const corner of [BOX.low, BOX.high]) {
        const [x, y] = toScene(camera, WIDTH, HEIGHT, corner);
        expect(Math.min(x, y)).toBeGreaterThan(0);
        expect(x).toBeLessThan(WIDTH);
        expect(y).toBeLessThan(HEIGHT);
      }
    }
    close(front.centre, [-10, 10, -100]);
  });

  it('a drag to the right brings the patient’s right side to the front, a drag downwards the top of the head', () => {
    expect(dot(viewDirection(orbit(front, 100, 0)), [1, 0, 0])).toBeGreaterThan(0.5);
    expect(dot(viewDirection(orbit(front, 0, 100)), [0, 0, -1])).toBeGreaterThan(0.5);
  });

  it('stays a right-handed set of unit vectors over a thousand small turns', () => {
    let camera: SceneCamera = front;
    for (let i = 0; i < 1000; i++) camera = orbit(camera, Math.sin(i) * 5, Math.cos(2 * i) * 3);
    expect(length(camera.right)).toBeCloseTo(1, 9);
    expect(length(camera.down)).toBeCloseTo(1, 9);
    expect(dot(camera.right, camera.down)).toBeCloseTo(0, 9);
    close(cross(camera.right, camera.down), viewDirection(camera));
  });

  it('moves what is under the hand with it, and zooms about the cursor', () => {
    const turned = orbit(front, 37, -21);
    const point = fromScene(turned, WIDTH, HEIGHT, 200, 300);
    const [x, y] = toScene(panScene(turned, 30, -12), WIDTH, HEIGHT, point);
    expect(x).toBeCloseTo(230, 9);
    expect(y).toBeCloseTo(288, 9);
    const zoomed = zoomScene(turned, WIDTH, HEIGHT, 200, 300, 1.5);
    expect(zoomed.scale).toBeCloseTo(1.5 * turned.scale, 12);
    const [zx, zy] = toScene(zoomed, WIDTH, HEIGHT, point);
    expect(zx).toBeCloseTo(200, 9);
    expect(zy).toBeCloseTo(300, 9);
  });

  it('gives the GPU the same projection, nearer things smaller depths', () => {
    const camera = orbit(front, 37, -21);
    const matrix = clipMatrix({ camera, width: WIDTH, height: HEIGHT, reach: 2000 });
    const point: Vec3 = [50, -60, 70];
    const clip = [0, 1, 2].map((row) =>
      [...point, 1].reduce((sum, value, column) => sum + matrix[4 * column + row] * value, 0),
    );
    const [x, y, depth] = toScene(camera, WIDTH, HEIGHT, point);
    expect(((clip[0] + 1) / 2) * WIDTH).toBeCloseTo(x, 3);
    expect(((1 - clip[1]) / 2) * HEIGHT).toBeCloseTo(y, 3);
    expect(clip[2] * 2000).toBeCloseTo(depth, 2);
  });
});
