import { IsocenterError } from '../../contract/errors.ts';

/**
 * Lean body mass, kg, of a weight in kg and a height in m by Janmahasatian et al. (Clin Pharmacokinet 44:1051, 2005): men
 * 9270·W/(6680 + 216·BMI), women 9270·W/(8780 + 244·BMI); DICOM's LBMJANMA. Unlike James' formula it does not fall again in the obese.
 * Throws INVALID_ATTRIBUTE for a sex that has no formula or a height that is not in metres.
 */
export function leanBodyMass(sex: string, weight: number, height: number, object = 'patient'): number {
  if (height > 2.8)
    throw new IsocenterError('INVALID_ATTRIBUTE', `a height of ${height} m`, { object, attribute: 'PatientSize' });
  const bmi = weight / height ** 2;
  if (sex === 'M') return (9270 * weight) / (6680 + 216 * bmi);
  if (sex === 'F') return (9270 * weight) / (8780 + 244 * bmi);
  throw new IsocenterError('INVALID_ATTRIBUTE', `no lean body mass for sex "${sex}"`, {
    object,
    attribute: 'PatientSex',
  });
}
