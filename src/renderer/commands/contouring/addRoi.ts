import type { RoiType } from '#shared/model/structures.ts';
import type { Command } from '../command.ts';
import { insertRoi } from './rois.ts';

export const addRoi: Command<[name: string, type: RoiType]> = {
  name: 'addRoi',
  label: 'Add structure',
  undo: 'Undo takes the structure away.',
  perform: (name, type) => void insertRoi(`Add ${name.trim()}`, { name, type }),
};
