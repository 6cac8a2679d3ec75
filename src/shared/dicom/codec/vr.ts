/** Value representations of PS3.5 table 6.2-1, grouped by how they are encoded. */

/** Explicit VR elements with two reserved bytes and a 32-bit length (PS3.5 7.1.2). */
export const LONG_FORM: ReadonlySet<string> = new Set('OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' '));

/** Text in the data set's character set; the other string VRs are in the default repertoire. */
export const CHARSET_TEXT: ReadonlySet<string> = new Set('LO LT PN SH ST UC UT'.split(' '));

/** Text of one value, in which a backslash and leading spaces mean themselves. */
export const SINGLE_TEXT: ReadonlySet<string> = new Set('LT ST UT UR'.split(' '));

export const STRING_VRS: ReadonlySet<string> = new Set('AE AS CS DA DS DT IS LO LT PN SH ST TM UC UI UR UT'.split(' '));

/** Bytes of one number of the binary VRs. AT is two 16-bit words. */
export const NUMBER_BYTES: ReadonlyMap<string, number> = new Map([
  ['US', 2], ['SS', 2], ['UL', 4], ['SL', 4], ['FL', 4], ['FD', 8], ['AT', 4], ['UV', 8], ['SV', 8],
]); // biome-ignore format: a table

/** Size of the words that change order between little and big endian. */
export const SWAP_BYTES: ReadonlyMap<string, number> = new Map([
  ...NUMBER_BYTES, ['AT', 2], ['OW', 2], ['OF', 4], ['OL', 4], ['OD', 8], ['OV', 8],
]); // biome-ignore format: a table

export const KNOWN_VRS: ReadonlySet<string> = new Set([...LONG_FORM, ...STRING_VRS, ...NUMBER_BYTES.keys()]);
