import { beforeEach, describe, expect, it, vi } from 'vitest';
import { dragAngle, dragWeight } from '#renderer/commands/planning/liveBeam.ts';
import { beginLiveEdit, paceHand } from '#renderer/commands/planning/liveEdit.ts';
import { editPlan } from '#renderer/commands/planning/plans.ts';
import { beamNote } from '#shared/dosimetry/plan/arrange/beamNote.ts';
import { markStored, openDocument, redo, undo, useDocument } from '#renderer/document/store.ts';
import { useStatus } from '#renderer/stores/statusStore.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { Plan } from '#shared/model/plan.ts';
import { testDocument } from '../../document/documentBuilder.ts';

const plan = (): Plan => {
  const open = useDocument.getState().document?.plan;
  if (open === undefined) throw new Error('no plan');
  return open;
};
const label = (text: string) => (now: Plan) => ({ ...now, label: now.label + text });
const edits = (): string[] => useDocument.getState().history.done.map(({ name }) => name);
const undone = (): string[] => useDocument.getState().history.undone.map(({ name }) => name);

beforeEach(() => openDocument(testDocument()));

describe('an edit under the hand', () => {
  it('begins from the same plan at every change, updates the store once, and leaves one step', () => {
    const before = plan();
    const heard = vi.fn();
    const stop = useDocument.subscribe(heard);
    const { change, end } = beginLiveEdit('Move');
    change(label('a'));
    change(label('bb'));
    change(label('ccc'));
    end();
    stop();
    expect(heard).toHaveBeenCalledTimes(3);
    expect(plan().label).toBe('Plan1ccc');
    expect(edits()).toEqual(['Move']);
    undo();
    expect(plan()).toBe(before);
    redo();
    expect(plan().label).toBe('Plan1ccc');
    change(label('after its end'));
    expect(plan().label).toBe('Plan1ccc');
  });

  it('leaves nothing where it comes back to where it began', () => {
    const { change, end } = beginLiveEdit('Move');
    change(label('a'));
    change((before) => before);
    end();
    expect(edits()).toEqual([]);
  });

  it('is as if it had never been when it is cancelled, redo included', () => {
    editPlan('First', label('x'));
    editPlan('Second', label('y'));
    undo();
    const before = plan();
    const { change, cancel } = beginLiveEdit('Move');
    change(label('a'));
    change(label('b'));
    cancel();
    expect(plan()).toBe(before);
    expect(edits()).toEqual(['First']);
    expect(undone()).toEqual(['Second']);
    redo();
    expect(plan().label).toBe('Plan1xy');
  });

  it('ends where another edit, an undo, a save or another patient comes in between', () => {
    const first = beginLiveEdit('Move');
    first.change(label('a'));
    editPlan('Other', label('!'));
    first.change(label('b'));
    first.cancel();
    expect(plan().label).toBe('Plan1a!');
    expect(edits()).toEqual(['Move', 'Other']);

    const second = beginLiveEdit('Move again');
    second.change(label('c'));
    undo();
    second.change(label('d'));
    second.end();
    expect(plan().label).toBe('Plan1a!');
    expect(undone()).toEqual(['Move again']);

    const third = beginLiveEdit('Third');
    third.change(label('e'));
    markStored({ plan: { index: 0, plan: { ...plan(), sopInstanceUid: '1.2.7' } } });
    third.change(label('f'));
    third.cancel();
    expect(plan()).toMatchObject({ label: 'Plan1a!e', sopInstanceUid: '1.2.7' });

    const fourth = beginLiveEdit('Fourth');
    openDocument(testDocument({ patientKey: 'another' }));
    fourth.change(label('g'));
    openDocument(null);
    fourth.change(label('g'));
    fourth.cancel();
    expect(useDocument.getState().document).toBeNull();
  });

  it('gathers changes while a dose is on its way; the newest is made when it came, at the end, and never after a cancel', () => {
    vi.useFakeTimers();
    try {
      const first = beginLiveEdit('First');
      paceHand(true);
      for (const text of ['a', 'b', 'c']) first.change(label(text));
      expect(plan().label).toBe('Plan1a');
      paceHand(false);
      expect(plan().label).toBe('Plan1c');
      paceHand(true);
      first.change(label('d'));
      expect(plan().label).toBe('Plan1c');
      // A slow dose holds nobody up.
      vi.advanceTimersByTime(300);
      expect(plan().label).toBe('Plan1d');
      first.change(label('e'));
      first.end();
      expect(plan().label).toBe('Plan1e');
      const second = beginLiveEdit('Second');
      for (const text of ['f', 'g']) second.change(label(text));
      second.cancel();
      vi.advanceTimersByTime(500);
      paceHand(false);
      expect(plan().label).toBe('Plan1e');
      expect(edits()).toEqual(['First']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('ends when another begins', () => {
    const first = beginLiveEdit('First');
    first.change(label('a'));
    const second = beginLiveEdit('Second');
    first.change(label('b'));
    second.change(label('c'));
    expect(plan().label).toBe('Plan1ac');
    expect(edits()).toEqual(['First', 'Second']);
  });
});

describe('a beam under the hand', () => {
  it('turns, around the circle too, and loses its monitor units', () => {
    editPlan('No target needed', (now) => ({ ...now, beams: now.beams.map((beam) => ({ ...beam, meterset: 100 })) }));
    const drag = dragAngle(1, 'gantry');
    drag.change(-10);
    expect(plan().beams[0].controlPoints.map(({ gantry }) => gantry)).toEqual([350, 350]);
    expect(plan().beams.map(({ meterset }) => meterset)).toEqual([undefined, undefined]);
    drag.change(365);
    drag.end();
    expect(plan().beams[0].controlPoints[0].gantry).toBe(5);
    expect(edits().at(-1)).toBe('Turn B1');
  });

  it('stays where the last possible change left it, and says what was not possible', () => {
    const { change, end } = beginLiveEdit('Move');
    change(label('a'));
    change(() => {
      throw new IsocenterError('MACHINE', 'no further', { object: 'leaf 7' });
    });
    end();
    expect(plan().label).toBe('Plan1a');
    expect(useStatus.getState()).toMatchObject({ level: 'warning' });
    expect(useStatus.getState().text).toContain('no further');
  });

  it('weighs not less than nothing', () => {
    const drag = dragWeight(2);
    drag.change(0.4);
    expect(beamNote(plan().beams[1]).weight).toBe(0.4);
    drag.change(-1);
    expect(beamNote(plan().beams[1]).weight).toBe(0);
    drag.cancel();
    expect(beamNote(plan().beams[1]).weight).toBe(1);
  });
});
