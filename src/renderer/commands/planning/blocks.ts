import { IsocenterError } from '#shared/contract/errors.ts';
import { machineByName, machineNames } from '#shared/dosimetry/machine/machines.ts';
import type { Block } from '#shared/model/accessories.ts';
import { areaOf, normaliseRings, type Ring, simplifyRings } from '#shared/structures/contours/rings.ts';
import type { Command } from '../command.ts';
import { assertStatic } from './beams/keptBeams.ts';
import { beamByNumber, editBeam, openedPlan } from './plans.ts';

/** A low-melting alloy block of five half-value layers (1/32, Khan, The Physics of Radiation Therapy, ch. 13): 8 cm at megavoltage. */
const ALLOY = { materialId: 'CERROBEND', thickness: 80, transmission: 0.031, divergence: 'PRESENT' } as const;
/** Where block trays hang when the machine does not say, mm from the source. */
const TRAY_DISTANCE = 650;
/** An outline is cut to this, mm at the isocenter plane. */
const CUT = 0.1;

/** A block with an outline drawn by hand (x, y … mm in collimator axes): shielding inside of it, or an aperture. */
export const addBlock: Command<[beamNumber: number, type: Block['type'], outline: Ring]> = {
  name: 'addBlock',
  label: 'Add block',
  undo: 'Undo takes the block away.',
  perform: (beamNumber, type, outline) => {
    const { name } = beamByNumber(openedPlan(), beamNumber);
    editBeam(type === 'SHIELDING' ? `Block in ${name}` : `Block aperture of ${name}`, beamNumber, (beam) => {
      assertStatic(beam);
      const rings = simplifyRings(normaliseRings([outline]), CUT).filter((ring) => areaOf([ring]) > 0);
      const [largest] = [...rings].sort((a, b) => areaOf([b]) - areaOf([a]));
      if (largest === undefined) throw new IsocenterError('GEOMETRY', 'the outline has no area', { object: name });
      const { blocks = [] } = beam;
      const number = Math.max(0, ...blocks.map((block) => block.number)) + 1;
      const trays = machineNames().includes(beam.machine) ? machineByName(beam.machine).trays : [];
      const tray = trays.find(({ transmission }) => transmission === beam.totalBlockTrayFactor);
      const block: Block = {
        number,
        name: `${type === 'SHIELDING' ? 'Block' : 'Aperture'} ${number}`,
        type,
        ...ALLOY,
        sourceToTray: TRAY_DISTANCE,
        ...(tray === undefined ? {} : { trayId: tray.id }),
        outline: Array.from(largest, (value) => Math.round(value * 100) / 100),
      };
      return { ...beam, blocks: [...blocks, block] };
    });
  },
};

/** Takes a block out of a beam by its number. */
export const removeBlock: Command<[beamNumber: number, blockNumber: number]> = {
  name: 'removeBlock',
  label: 'Remove block',
  undo: 'Undo puts the block back.',
  perform: (beamNumber, blockNumber) =>
    editBeam(`Remove block of ${beamByNumber(openedPlan(), beamNumber).name}`, beamNumber, (beam) => {
      assertStatic(beam);
      const { blocks = [], ...rest } = beam;
      const kept = blocks.filter(({ number }) => number !== blockNumber);
      if (kept.length === blocks.length)
        throw new IsocenterError('NOT_FOUND', `there is no block ${blockNumber}`, { object: beam.name });
      return kept.length === 0 ? rest : { ...rest, blocks: kept };
    }),
};
