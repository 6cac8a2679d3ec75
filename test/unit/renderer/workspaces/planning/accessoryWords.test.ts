import { expect, it } from 'vitest';
import { accessoryMarks, blockWords, wedgeWords } from '#renderer/workspaces/planning/accessoryWords.ts';
import { everyAccessory, fitted } from '#test/builders/accessories.ts';
import { beam } from '#test/builders/plan.ts';

it('marks everything that a beam carries, and nothing else', () => {
  expect(accessoryMarks(beam(1))).toEqual([]);
  const marks = accessoryMarks(fitted(everyAccessory));
  expect(marks.map(({ short }) => short)).toEqual(['W30', 'W60', 'Tr', 'Bl', 'Bo', 'Co', 'Ap', 'Ac']);
  expect(marks[3].long).toBe('2 × block');
});

it('says what is stated of a wedge or block, and what is not', () => {
  const [wedge, motorized] = everyAccessory.wedges;
  expect(wedgeWords(wedge)).toBe('wedge W30, 30°, at 90° (thin edge X−)');
  expect(wedgeWords(motorized)).toBe('wedge MOTOR, 60°, at 0° (thin edge Y+), motorized');
  expect(wedgeWords({ number: 3, type: '' })).toBe('wedge 3, angle not stated, orientation not stated');
  expect(blockWords(everyAccessory.blocks[0])).toBe(
    'Kidney left: shielding, lets 3.5 % through, 75 mm CERROBEND, cut along the rays',
  );
  const { transmission: _gone, ...unknown } = everyAccessory.blocks[1];
  expect(blockWords(unknown)).toBe('Block 4: aperture, transmission not stated');
});
