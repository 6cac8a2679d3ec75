import { useDocument } from '#renderer/document/store.ts';
import { useContouring } from '#renderer/tools/contourStore.ts';
import type { Command } from '../command.ts';
import { replaceRoi, roiByNumber } from './rois.ts';

/** Locks a ROI against all edits, or opens it again; kept with the structure set. */
export const lockRoi: Command<[roiNumber: number]> = {
  name: 'lockRoi',
  label: 'Lock structure',
  undo: 'Undo unlocks it, or locks it again.',
  perform: (roiNumber) => {
    const { name, locked } = roiByNumber(roiNumber);
    replaceRoi(`${locked === true ? 'Unlock' : 'Lock'} ${name}`, roiNumber, ({ locked: _lock, ...roi }) =>
      locked === true ? roi : { ...roi, locked: true },
    );
  },
};

/** Keeps the tools' list of ROIs that they must not touch in step with the document: locked ones, all of an approved set. Returns the stop. */
export function followLocks(): () => void {
  return useDocument.subscribe(({ document }, { document: before }) => {
    if (document?.structures === before?.structures) return;
    const { approval, rois = [] } = document?.structures ?? {};
    const shut = approval?.status === 'APPROVED' ? rois : rois.filter(({ locked }) => locked === true);
    useContouring.setState({ locked: new Set(shut.map(({ number }) => number)) });
  });
}
