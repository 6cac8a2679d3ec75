/**
 * Private attributes without identity, by creator: group and element within its block. Technical numbers of CT, MR and PET that readers
 * need (SUV factors, diffusion, table feed), from those that PS3.15 table E.3.10-1 lists.
 */
const SAFE: Readonly<Record<string, readonly string[]>> = {
  'Philips PET Private Group': ['7053,00', '7053,09'],
  'GEMS_PARM_01': ['0043,27', '0043,6F', '0043,39'],
  'GEMS_ACQU_01': ['0019,23', '0019,24', '0019,27', '0019,9E'],
  'GEMS_RELA_01': ['0021,5C'],
  'GEMS_STDY_01': ['0023,70'],
  'GEMS_PETD_01': ['0009,0D', '0009,A6', '0009,A7'],
  'SIEMENS MR HEADER': ['0019,0C', '0019,0D', '0019,0E', '0019,0F', '0019,27', '0051,16'],
  'SIEMENS CT VA0  COAD': ['0019,10', '0019,20', '0019,A0', '0019,B0'],
  'Philips Imaging DD 001': ['2001,03', '2001,04'],
  'Philips MR Imaging DD 001': ['2005,B0', '2005,B1', '2005,B2'],
  'ELSCINT1': ['01F1,01', '01F1,07', '01F1,26', '01F1,27'],
  // Prescription normalisation of our own plans: what it is normalised to, and per cent.
  'ISOCENTER': ['300B,01', '300B,02'],
}; // biome-ignore format: a table

/** Whether an element (its tag, its creator) is known to be safe. */
export function isSafePrivate(creator: string, tag: number): boolean {
  const hex = tag.toString(16).toUpperCase().padStart(8, '0');
  return SAFE[creator]?.includes(`${hex.slice(0, 4)},${hex.slice(6)}`) ?? false;
}
