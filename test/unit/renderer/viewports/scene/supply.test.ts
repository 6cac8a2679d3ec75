import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JobRequest, JobResponse } from '#renderer/compute/jobs/base.ts';
import { editDocument, openDocument } from '#renderer/document/store.ts';
import { setRoiVisible, useContourView } from '#renderer/viewports/painters/contours/contourView.ts';
import { type SurfaceSupply, supplySurfaces } from '#renderer/viewports/scene/surfaceSupply.ts';
import type { Roi } from '#shared/model/structures.ts';
import { roiSurface } from '#shared/structures/surfaces/surfaceMesh.ts';
import { square, testDocument, testRoi } from '../../document/documentBuilder.ts';

/** Stands for the worker's thread: answers at once, and notes what it was asked. */
const asked: string[] = [];
class FakeWorker {
  onmessage: ((event: { data: JobResponse }) => void) | null = null;
  onerror = null;
  postMessage(request: JobRequest): void {
    if (request.kind !== 'call') return;
    const { contours, name } = request.input as Roi;
    asked.push(name);
    queueMicrotask(() =>
      this.onmessage?.({ data: { kind: 'result', id: request.id, value: { fine: roiSurface(contours) } } }),
    );
  }
  terminate(): void {}
}

const cubeAt = (x: number): Roi['contours'] => [0, 3, 6].map((z) => square(x, 0, z, 5));
const ptv = testRoi(1, 'PTV', { type: 'PTV', contours: cubeAt(0) });
const cord = testRoi(2, 'SpinalCord', { contours: cubeAt(40) });
const body = testRoi(3, 'BODY', { type: 'EXTERNAL', contours: cubeAt(20) });
const point = testRoi(4, 'Iso', { contours: [{ type: 'POINT', points: Float64Array.of(0, 0, 0) }] });

describe('the supply of surfaces', () => {
  let supply: SurfaceSupply;
  const changed = vi.fn();
  const rest = async (): Promise<void> => {
    await vi.advanceTimersByTimeAsync(151);
  };

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('Worker', FakeWorker);
    asked.length = 0;
    useContourView.setState({ hidden: new Set() });
    const base = testDocument();
    openDocument({ ...base, structures: { ...base.structures, rois: [body, cord, point, ptv] } });
    supply = supplySurfaces(changed);
  });
  afterEach(() => {
    supply.stop();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('makes targets first, the body last, nothing for points, and only what is shown', async () => {
    setRoiVisible(cord.number, false);
    expect(supply.missing()).toBe(2);
    supply.request();
    await vi.advanceTimersByTimeAsync(100);
    expect(asked).toEqual([]);
    await rest();
    expect(asked).toEqual(['PTV', 'BODY']);
    expect(supply.missing()).toBe(0);
    expect(changed).toHaveBeenCalledTimes(2);
    expect(supply.surfaceOf(ptv)?.triangles.length).toBeGreaterThan(100);
    setRoiVisible(cord.number, true);
    supply.request();
    await rest();
    expect(asked).toEqual(['PTV', 'BODY', 'SpinalCord']);
  });

  it('an edit makes one surface anew when edits rest; the one before stands until then', async () => {
    supply.request();
    await rest();
    const before = supply.surfaceOf(ptv);
    asked.length = 0;
    const edited = { ...ptv, contours: cubeAt(3) };
    editDocument('edit', ({ structures }) => ({
      structures: { ...structures, rois: structures.rois.map((roi) => (roi === ptv ? edited : roi)) },
    }));
    supply.request();
    expect(supply.surfaceOf(edited)).toBe(before);
    await vi.advanceTimersByTimeAsync(100);
    supply.request();
    await vi.advanceTimersByTimeAsync(100);
    expect(asked).toEqual([]);
    await rest();
    expect(asked).toEqual(['PTV']);
    expect(supply.surfaceOf(edited)).not.toBe(before);
    // Undone: what was made once is known.
    expect(supply.surfaceOf(ptv)).toBe(before);
  });
});
