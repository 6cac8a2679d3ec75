import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { applyTemplate } from '#renderer/commands/contouring/sets/applyTemplate.ts';
import { openDocument, undo, useDocument } from '#renderer/document/store.ts';
import { comparedPainter } from '#renderer/viewports/painters/contours/comparedPainter.ts';
import { useCompared } from '#renderer/viewports/painters/contours/comparedView.ts';
import { agreementCsv } from '#renderer/workspaces/contouring/compare/agreementCsv.ts';
import { structureTemplates } from '#shared/structures/sets/template.ts';
import { square, testDocument, testImage, testRoi, testStructures } from '../document/documentBuilder.ts';
import { boxOf, recorder } from '../painters/recorder.ts';
import { viewAt } from '../tools/toolDriver.ts';

describe('comparison of observers', () => {
  beforeEach(() => vi.stubGlobal('requestAnimationFrame', () => 0));
  afterEach(() => vi.unstubAllGlobals());

  it('comes out as a table for spreadsheets that runs nothing', () => {
    const agreement = {
      volume: 12.3456, referenceVolume: 10, dice: 0.87654, meanSurfaceDistance: 1.2345, hausdorff95: 3.456, hausdorff: 7,
      addedPathLength: 123.45,
    }; // biome-ignore format: numbers
    const pair = { name: '=cmd()', referenceName: 'GTV, "B"', set: 'A', referenceSet: '-3', agreement, contours: [] };
    const [head, row, end] = agreementCsv([pair]).split('\r\n');
    expect(head.split(',')).toHaveLength(11);
    expect(row).toBe(`'=cmd(),A,"GTV, ""B""",-3,12.346,10.000,0.8765,3.46,7.00,1.234,123.5`);
    expect(end).toBe('');
  });

  it('draws the reference white and dashed where it is, with its name', () => {
    const primary = testImage();
    openDocument(testDocument({ primary }));
    const contours = [-5, 0, 5].map((z) => square(20, 10, z, 15));
    useCompared.setState({ reference: testRoi(9, 'GTV', { contours }) });
    const { context, drawn } = recorder();
    comparedPainter.paint(context, viewAt(primary, 'axial', [0, 0, 0]));
    expect(boxOf(drawn, 'rgba(255, 255, 255, 1)')).toEqual([210, 190, 270, 250]);
    expect(drawn.some(({ kind, dashed }) => kind === 'stroke' && dashed)).toBe(true);
    useCompared.setState({ reference: null });
  });
});

describe('a template in the document', () => {
  it('is one edit: names brought to TG-263 in recipes too, missing structures added with numbers of their own', () => {
    const derivation = { recipe: 'margin(Myelon, 5)', sources: '', made: '' };
    const rois = [testRoi(1, 'Myelon'), testRoi(2, 'PRV', { derivation }), testRoi(7, 'Lt parotid')];
    openDocument(testDocument({ structures: testStructures(rois) }));
    void applyTemplate.perform(structureTemplates()[0], new Set([1]));
    const made = useDocument.getState().document?.structures.rois ?? [];
    expect(made.slice(0, 3).map(({ name }) => name)).toEqual(['SpinalCord', 'PRV', 'Lt parotid']);
    expect(made[1].derivation?.recipe).toBe('margin(SpinalCord, 5)');
    expect(made.find(({ name }) => name === 'SpinalCord_PRV05')?.derivation?.recipe).toBe('margin(SpinalCord, 5)');
    expect(new Set(made.map(({ number }) => number)).size).toBe(made.length);
    expect(made.map(({ name }) => name)).toContain('Parotid_L');
    undo();
    expect(useDocument.getState().document?.structures.rois).toEqual(rois);
  });
});
