import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { activeTool, setActiveTool, setToolBusy, toolKey } from '#renderer/viewports/activeTool.ts';
import { currentPainters, onRepaint, registerPainter, requestRepaint } from '#renderer/viewports/overlayRegistry.ts';
import type { PlaneTool } from '#renderer/viewports/plane/planeView.ts';

let frames: FrameRequestCallback[] = [];
beforeEach(() => {
  frames = [];
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => frames.push(callback));
});
afterEach(() => {
  setActiveTool(null);
  vi.unstubAllGlobals();
});
const nextFrame = (): void => {
  const due = frames;
  frames = [];
  for (const callback of due) callback(0);
};

describe('painters', () => {
  it('are kept in order, replaced by id and removed', () => {
    const paint = vi.fn();
    const removeText = registerPainter({ id: 'text', order: 50, paint });
    registerPainter({ id: 'contours', order: 20, paint });
    const removeContours = registerPainter({ id: 'contours', order: 20, paint });
    expect(currentPainters().map(({ id }) => id)).toEqual(['contours', 'text']);
    removeText();
    removeContours();
    expect(currentPainters()).toEqual([]);
    nextFrame();
  });

  it('repaint once a frame however often it is asked for', () => {
    const listener = vi.fn();
    const stop = onRepaint(listener);
    requestRepaint();
    requestRepaint();
    nextFrame();
    expect(listener).toHaveBeenCalledTimes(1);
    requestRepaint();
    nextFrame();
    expect(listener).toHaveBeenCalledTimes(2);
    stop();
    requestRepaint();
    nextFrame();
    expect(listener).toHaveBeenCalledTimes(2);
  });
});

describe('active tool', () => {
  const tool = (changes: Partial<PlaneTool> = {}): PlaneTool => ({
    id: 'brush',
    cursor: 'none',
    onPointerDown: () => true,
    onPointerMove: () => true,
    onPointerUp: () => true,
    cancel: () => undefined,
    ...changes,
  });

  it('cancels the one it replaces', () => {
    const cancel = vi.fn<() => void>();
    setActiveTool(tool({ cancel }));
    setActiveTool(tool({ id: 'pencil' }));
    expect(cancel).toHaveBeenCalledTimes(1);
    expect(activeTool()?.id).toBe('pencil');
  });

  it('Escape cancels a stroke first and puts the tool away second', () => {
    const cancel = vi.fn<() => void>();
    const brush = tool({ cancel });
    setActiveTool(brush);
    setToolBusy(true);
    expect(toolKey('Escape')).toBe(true);
    expect(activeTool()).toBe(brush);
    expect(cancel).toHaveBeenCalledTimes(1);
    expect(toolKey('Escape')).toBe(true);
    expect(activeTool()).toBeNull();
    expect(toolKey('Escape')).toBe(false);
  });

  it('leaves Escape to a tool that wants it (a polygon in the making)', () => {
    const cancel = vi.fn<() => void>();
    const polygon = tool({ cancel, onKey: (key) => key === 'Escape' });
    setActiveTool(polygon);
    expect(toolKey('Escape')).toBe(true);
    expect(activeTool()).toBe(polygon);
    expect(cancel).not.toHaveBeenCalled();
  });

  it('passes other keys on', () => {
    const onKey = vi.fn(() => true);
    setActiveTool(tool({ onKey }));
    expect(toolKey('Enter')).toBe(true);
    expect(onKey).toHaveBeenCalledWith('Enter');
  });
});
