import { statusCategory, statusHex } from '#main/network/status.ts';

/** Statuses of the print management classes and what they mean to whoever waits for the film (PS3.4 H.4.1 to H.4.9). */
const MEANING: Readonly<Record<number, string>> = {
  0x0001: 'some attributes asked for are not known to the printer',
  0x0105: 'the printer does not know an attribute',
  0x0106: 'the printer refuses the value of an attribute',
  0x0107: 'the printer does not know some attributes and ignored them',
  0x0110: 'the printer failed to process the request',
  0x0111: 'the printer already has an object of that name',
  0x0112: 'the printer does not know the object (any more)',
  0x0116: 'a value is outside the range of the printer, which took its own',
  0x0117: 'the printer calls the object invalid: it is used in the wrong order',
  0x0118: 'the printer does not know the class of object',
  0x0119: 'class and instance do not belong together',
  0x0120: 'the printer misses an attribute',
  0x0121: 'the printer misses the value of an attribute',
  0x0122: 'the printer does not support the class of object',
  0x0124: 'the printer does not let us',
  0x0210: 'the request was sent twice',
  0x0211: 'the printer does not know the operation',
  0x0212: 'an argument has the wrong type',
  0x0213: 'the printer lacks resources for the request',
  0xb600: 'the printer reserves no memory for the session; it prints nevertheless',
  0xb601: 'the printer cannot collate a film session; films come one by one',
  0xb602: 'a film session without images: empty pages come out',
  0xb603: 'a film without images: an empty page comes out',
  0xb604: 'the image is larger than its place on the film and was made smaller',
  0xb605: 'the density asked for is outside the range of the printer, which uses its own limit',
  0xb609: 'the image is larger than its place on the film and was cropped',
  0xb60a: 'the image is larger than its place on the film and pixels were left out',
  0xc600: 'the film session has no film',
  0xc601: 'the print queue is full',
  0xc602: 'the print queue is full',
  0xc603: 'the image is larger than its place on the film',
  0xc605: 'the printer has not enough memory for the image',
  0xc613: 'the combined image is larger than its place on the film',
  0xc616: 'an earlier film has not been printed yet',
};

/** A status of the print service in words, e.g. "B604H: the image is larger than its place on the film and was made smaller". */
export const printStatusText = (status: number): string =>
  `${statusHex(status)}H: ${MEANING[status] ?? `unknown status (${statusCategory(status)})`}`;

/** Statuses after which the size of an image on film is not what was asked for. */
const SIZE_CHANGED: readonly number[] = [0x0001, 0x0107, 0x0116, 0xb604, 0xb609, 0xb60a];

/** Whether a warning means that millimetres on film may not be the patient's any more. */
export const touchesScale = (status: number): boolean => SIZE_CHANGED.includes(status);

/** Printer Status Info and Execution Status Info in words (PS3.3 C.13.9.1, table C.13-9); the defined term itself where none is known. */
const INFO: Readonly<Record<string, string>> = {
  NORMAL: 'ready',
  'SUPPLY EMPTY': 'out of film',
  'SUPPLY LOW': 'film runs low',
  'RECEIVER FULL': 'the receive magazine is full',
  'FILM JAM': 'film is jammed',
  'COVER OPEN': 'a cover is open',
  'NO SUPPLY MGZ': 'the supply magazine is not there',
  'NO RECEIVE MGZ': 'the receive magazine is not there',
  'SUPPLY MGZ ERR': 'trouble with the supply magazine',
  'RECEIVE MGZ ERR': 'trouble with the receive magazine',
  'PROC DOWN': 'the film processor is down',
  'PROC INIT': 'the film processor is starting',
  'PROC OVERFLOW': 'the film processor is full',
  'PROC OVERFLOW FL': 'the film processor is full',
  'CALIBRATION ERR': 'calibration failed',
  CALIBRATING: 'calibrating',
  'CHECK PRINTER': 'needs attention',
  'CHECK SORTER': 'the sorter needs attention',
  'CHECK MCHANGER': 'the magazine changer needs attention',
  WARMINGUP: 'warming up',
  QUEUED: 'waiting in the queue',
  'OFFLINE': 'off line',
  'ELEC SW OVERRIDE': 'stopped at its switch',
  'INVALID PAGE DES': 'the page description is invalid',
  'INSUFFICIENT MEM': 'not enough memory',
  UNKNOWN: 'unknown',
}; // biome-ignore format: a table

export const infoText = (info: string): string => (info === '' ? '' : (INFO[info] ?? info.toLowerCase()));
