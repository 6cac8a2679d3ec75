import { beforeEach, describe, expect, it, vi } from 'vitest';
import { acceptOptimization } from '#renderer/commands/optimization/acceptOptimization.ts';
import { changeObjectives } from '#renderer/commands/optimization/changeObjectives.ts';
import { pauseOptimization } from '#renderer/commands/optimization/pauseOptimization.ts';
import { proceedOptimization } from '#renderer/commands/optimization/proceedOptimization.ts';
import { resumeOptimization } from '#renderer/commands/optimization/resumeOptimization.ts';
import { startOptimization } from '#renderer/commands/optimization/startOptimization.ts';
import { stopOptimization } from '#renderer/commands/optimization/stopOptimization.ts';
import type { OptimizationReport, OptimizationRequest } from '#renderer/compute/optimization/base.ts';
import type { OptimizationListener } from '#renderer/compute/optimization/frontend.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { editDocument, openDocument, redo, undo, useDocument } from '#renderer/document/store.ts';
import {
  isOptimizing,
  isUnaccepted,
  type OptimizationIteration,
  type OptimizationRun,
  type OptimizationState,
  setOptimizationSettings,
  showOptimizationRun,
  useOptimization,
} from '#renderer/stores/optimizationStore.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { Beam } from '#shared/model/plan.ts';
import type { DoseGoal } from '#shared/optimization/objectives/goals.ts';
import { testBeam, testDocument, testDose } from '../../document/documentBuilder.ts';

/** Runs that were started; what they are told is kept. */
interface Started {
  readonly request: OptimizationRequest;
  readonly tell: OptimizationListener;
  readonly told: unknown[];
}
const started: Started[] = [];
let unstartable = false;

vi.mock('#renderer/compute/optimization/frontend.ts', () => ({
  OptimizerRun: class {
    readonly #told: unknown[] = [];
    constructor(request: OptimizationRequest, tell: OptimizationListener) {
      if (unstartable) throw new IsocenterError('INTERNAL', 'the optimisation could not be started: no worker');
      started.push({ request, tell, told: this.#told });
    }
    pause() {
      this.#told.push('pause');
    }
    resume() {
      this.#told.push('resume');
    }
    proceed(phase: string) {
      this.#told.push(`enough ${phase}`);
    }
    changeObjectives(objectives: readonly DoseGoal[]) {
      this.#told.push(objectives);
    }
    stop() {
      this.#told.push('stop');
    }
  },
}));

const uniform: DoseGoal = { roi: 'PTV', type: 'squared-deviation', dose: 50, weight: 1000 };
const sparing: DoseGoal = { roi: 'BODY', type: 'squared-overdose', dose: 30, weight: 100 };

const document = (): ClinicalDocument => {
  const { document: open } = useDocument.getState();
  if (open === null) throw new Error('no document');
  return open;
};
const run = (): OptimizationRun => {
  const { run: shown } = useOptimization.getState();
  if (shown === null) throw new Error('no run');
  return shown;
};
const last = (): Started => {
  const newest = started.at(-1);
  if (newest === undefined) throw new Error('nothing was started');
  return newest;
};
const report = (iteration: number, terms: number[], objectives = 0): OptimizationReport => ({
  iterations: [
    { iteration, phase: 'fluence', seconds: iteration / 10, value: terms.reduce((a, b) => a + b), terms, objectives },
  ],
  dvhs: [],
  weights: Float64Array.of(iteration),
});

beforeEach(() => {
  openDocument(null);
  showOptimizationRun(null);
  started.length = 0;
  openDocument(testDocument());
  setOptimizationSettings({ technique: 'imrt', bixel: 5 });
  void changeObjectives.perform([uniform, sparing]);
});

describe('objectives of a plan', () => {
  it('are an undoable edit, checked, and touch no dose', () => {
    openDocument(testDocument({ dose: testDose() }));
    void changeObjectives.perform([uniform]);
    expect(document().plan?.objectives).toEqual([uniform]);
    expect(document().doseStale).toBeUndefined();
    expect(document().planDirty).toBe(true);
    undo();
    expect(document().plan?.objectives).toBeUndefined();
    expect(() => changeObjectives.perform([{ ...uniform, weight: -1 }])).toThrow('>0');
  });

  it('of an approved plan stay, and it is not optimised', () => {
    editDocument('approve', ({ plan }) => ({ plan: { ...plan!, approval: 'APPROVED' } }));
    expect(() => changeObjectives.perform([])).toThrow('approved');
    expect(() => startOptimization.perform()).toThrow('approved');
  });
});

describe('a run', () => {
  it('gets plan, structures and objectives, and is followed in the store', () => {
    void startOptimization.perform();
    const { request, tell } = last();
    expect(request.goals).toEqual({
      prescription: { roi: 'PTV', dose: 50, fractions: 25 },
      objectives: [uniform, sparing],
    });
    expect(request.structures.rois.map(({ name }) => name)).toEqual(['BODY', 'PTV']);
    expect(run()).toMatchObject({ state: 'preparing', planIndex: 0, iterations: [] });
    tell.onPhase('fluence', undefined, 1);
    tell.onReport(report(1, [3, 1]));
    tell.onReport(report(2, [2, 1]));
    const values: OptimizationIteration[] = [...run().iterations];
    expect(values.map(({ value }) => value)).toEqual([4, 3]);
    const state: OptimizationState = run().state;
    expect(state).toBe('fluence');
    expect(() => startOptimization.perform()).toThrow('under way');
    tell.onDone({ warnings: ['coarse'] });
    expect(run()).toMatchObject({ state: 'done', warnings: ['coarse'] });
    expect([isOptimizing(run()), isUnaccepted(run())]).toEqual([false, false]);
  });

  it('follows the plan’s objectives, those that an undo brings back too', () => {
    void startOptimization.perform();
    const tighter: DoseGoal = { ...sparing, dose: 20 };
    void changeObjectives.perform([uniform, tighter]);
    undo();
    expect(last().told).toEqual([
      [uniform, tighter],
      [uniform, sparing],
    ]);
    last().tell.onReport(report(1, [1, 5], 1));
    expect(run().iterations[0].objectives).toEqual([uniform, tighter]);
    expect(run().objectives).toEqual([uniform, sparing]);
    // Nothing to minimise: it goes on with what it has.
    void changeObjectives.perform([]);
    expect(last().told).toHaveLength(2);
  });

  it('pauses when the step under way is done, and resumes', () => {
    void startOptimization.perform();
    last().tell.onPhase('fluence', undefined, 1);
    void pauseOptimization.perform();
    expect(run()).toMatchObject({ state: 'fluence', pausing: true });
    last().tell.onPaused(true);
    expect(run()).toMatchObject({ state: 'paused', phase: 'fluence', pausing: false });
    expect(isOptimizing(run())).toBe(true);
    void resumeOptimization.perform();
    last().tell.onPaused(false);
    expect(run().state).toBe('fluence');
    expect(last().told).toEqual(['pause', 'resume']);
  });

  it('goes on to the next phase when the user has seen enough', () => {
    void startOptimization.perform();
    last().tell.onPhase('fluence', undefined, 1);
    void proceedOptimization.perform();
    expect(last().told).toEqual(['enough fluence']);
  });

  it('says which objectives it cannot take', () => {
    void startOptimization.perform();
    last().tell.onRefused(new IsocenterError('REFERENCE', 'is not there', { object: 'Liver' }));
    expect(run().warnings).toEqual(['The objectives of before go on: Liver: is not there']);
    expect(run().state).toBe('preparing');
  });

  it('stopped by hand is where the next one of the same beams may begin', () => {
    void startOptimization.perform();
    last().tell.onReport(report(7, [1, 1]));
    void stopOptimization.perform();
    expect(last().told).toEqual(['stop']);
    expect(run().state).toBe('stopped');
    void startOptimization.perform('last');
    expect(last().request.start).toEqual(Float64Array.of(7));
    last().tell.onReport(report(9, [1, 1]));
    void stopOptimization.perform();
    editDocument('turn', ({ plan }) => ({ plan: { ...plan!, beams: [testBeam(1, 30), testBeam(2, 180)] } }));
    void startOptimization.perform('last');
    expect(last().request.start).toBeUndefined();
  });

  it('says why it failed', () => {
    void startOptimization.perform();
    last().tell.onFailed(new IsocenterError('DOSE', 'no bixel reaches it'));
    expect(run()).toMatchObject({ state: 'failed', error: 'no bixel reaches it' });
    expect(() => pauseOptimization.perform()).toThrow('no optimisation is under way');
  });

  it('that cannot be started is one that failed, and the next may begin', () => {
    unstartable = true;
    void startOptimization.perform();
    unstartable = false;
    expect(run().state).toBe('failed');
    expect(run().error).toContain('could not be started: no worker');
    expect(isOptimizing(run())).toBe(false);
    void startOptimization.perform();
    expect(run().state).toBe('preparing');
    void stopOptimization.perform();
  });

  it('ends with the patient, of whom nothing is kept', () => {
    void startOptimization.perform();
    openDocument(null);
    expect(last().told).toEqual(['stop']);
    expect(useOptimization.getState().run).toBeNull();
  });

  it('needs objectives and beams', () => {
    void changeObjectives.perform([]);
    expect(() => startOptimization.perform()).toThrow('no objectives');
    openDocument(testDocument({ plan: { ...testDocument().plan!, beams: [], objectives: [uniform] } }));
    expect(() => startOptimization.perform()).toThrow('no beams');
    const block = [{ number: 1 }] as unknown as NonNullable<Beam['blocks']>;
    const beams = [testBeam(1, 0), { ...testBeam(2, 90), blocks: block }];
    openDocument(testDocument({ plan: { ...testDocument().plan!, beams, objectives: [uniform] } }));
    expect(() => startOptimization.perform()).toThrow('take it off');
  });
});

describe('accepting', () => {
  const finish = (change: Partial<Beam> = {}): void => {
    void startOptimization.perform();
    const { plan } = last().request;
    const beams = plan.beams.map((beam) => ({ ...beam, meterset: 100 + beam.number, ...change }));
    const dose = { ...testDose(), sopInstanceUid: '1.2.77' };
    last().tell.onDone({
      delivered: { plan: { ...plan, beams }, planDose: dose, beamDoses: [], muCheck: [], warnings: [] },
      warnings: [],
    });
  };

  it('makes beams, monitor units and dose the plan’s in one step', () => {
    openDocument(testDocument({ dose: testDose() }));
    void changeObjectives.perform([uniform]);
    finish();
    expect(document().plan?.beams[0].meterset).toBeUndefined();
    expect(isUnaccepted(run())).toBe(true);
    void acceptOptimization.perform();
    expect(isUnaccepted(run())).toBe(false);
    expect(document().plan?.beams.map(({ meterset }) => meterset)).toEqual([101, 102]);
    expect(document().plan?.objectives).toEqual([uniform]);
    expect(document().dose?.sopInstanceUid).toBe('1.2.77');
    expect(document().doseStale).toBeUndefined();
    expect(run().accepted).toBe(true);
    undo();
    expect(run().accepted).toBe(false);
    redo();
    expect(run().accepted).toBe(true);
    undo();
    expect(document().plan?.beams[0].meterset).toBeUndefined();
    expect(document().dose?.sopInstanceUid).toBe('1.2.6');
    expect(document().doseStale).toBeUndefined();
  });

  it('keeps set-up fields and goals as they are now, and refuses beams that were edited since', () => {
    finish();
    const setup = { ...testBeam(9, 90), deliveryType: 'SETUP' as const };
    editDocument('set-up field', ({ plan }) => ({ plan: { ...plan!, beams: [...plan!.beams, setup] } }));
    void acceptOptimization.perform();
    expect(document().plan?.beams.map(({ number }) => number)).toEqual([1, 2, 9]);
    undo();
    // Doses name beams by their numbers: one that an optimised beam has now is no other's.
    editDocument('set-up field', ({ plan }) => ({
      plan: { ...plan!, beams: plan!.beams.map((beam) => (beam.number === 9 ? { ...setup, number: 2 } : beam)) },
    }));
    void acceptOptimization.perform();
    expect(document().plan?.beams.map(({ number, deliveryType }) => [number, deliveryType])).toEqual([
      [1, 'TREATMENT'],
      [2, 'TREATMENT'],
      [3, 'SETUP'],
    ]);
    undo();
    editDocument('turn', ({ plan }) => ({ plan: { ...plan!, beams: [testBeam(1, 30), testBeam(2, 180)] } }));
    expect(() => acceptOptimization.perform()).toThrow('edited since');
  });

  it('is refused for an approved plan, for a fluence, and before the end', () => {
    expect(() => acceptOptimization.perform()).toThrow('come to its end');
    finish();
    editDocument('approve', ({ plan }) => ({ plan: { ...plan!, approval: 'APPROVED' } }));
    expect(() => acceptOptimization.perform()).toThrow('approved');
    undo();
    void startOptimization.perform();
    last().tell.onDone({ warnings: [] });
    expect(() => acceptOptimization.perform()).toThrow('no beam that a machine can deliver');
  });

  it('is refused for beams that break limits of the machine, with which, unless they are to stand', () => {
    finish({ meterset: 12_000 });
    expect(() => acceptOptimization.perform()).toThrowError(
      expect.objectContaining({
        code: 'MACHINE',
        object: 'Beam 1 (B1)',
        message: 'breaks limits of its machine: 12000 MU is outside 1…9999 MU of GENERIC_6MV; so do B2',
      }),
    );
    expect(run().accepted).toBe(false);
    void acceptOptimization.perform('broken limits');
    expect(document().plan?.beams.map(({ meterset }) => meterset)).toEqual([12_000, 12_000]);
    expect(useDocument.getState().history.done.at(-1)?.name).toBe('Accept optimised plan that breaks limits');
  });

  it('of a plan whose outline changed meanwhile says that the dose is stale', () => {
    finish();
    const { structures } = document();
    const rois = structures.rois.map((roi) => (roi.type === 'EXTERNAL' ? { ...roi, contours: [] } : roi));
    editDocument('outline', () => ({ structures: { ...structures, rois } }));
    void acceptOptimization.perform();
    expect(document().doseStale).toContain('BODY');
  });

  it('is refused where the target was redrawn meanwhile', () => {
    finish();
    const { structures, plan } = document();
    const { targetRoiNumber, targetName } = plan!.prescription!;
    const rois = structures.rois.map((roi) => (roi.number === targetRoiNumber ? { ...roi, contours: [] } : roi));
    editDocument('target', () => ({ structures: { ...structures, rois } }));
    expect(() => acceptOptimization.perform()).toThrowError(
      expect.objectContaining({ code: 'CONFLICT', object: targetName }),
    );
  });
});
