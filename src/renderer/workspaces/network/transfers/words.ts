import type { Transfer } from '#shared/contract/rpc/transfers.ts';

const STATES: Readonly<Record<Transfer['state'], string>> = {
  waiting: 'waiting for its turn',
  running: 'sending',
  retrying: 'will be tried again',
  committing: 'sent, waiting for storage commitment',
  done: 'sent',
  failed: 'failed',
  cancelled: 'cancelled',
};

const clock = (time: string): string => new Date(time).toLocaleTimeString('en-GB');

/** The state in words, with reason and next attempt where there are some. */
export function stateText({ state, reason, nextAttempt }: Transfer): string {
  if (state === 'retrying' && nextAttempt !== undefined)
    return `will be tried again at ${clock(nextAttempt)}: ${reason}`;
  if (reason !== '' && reason !== 'cancelled by the user') return `${STATES[state]}: ${reason}`;
  return STATES[state];
}

/** Date and time as they are here, to the minute. */
export function timeText(time: string | undefined): string {
  if (time === undefined) return '';
  const date = new Date(time);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** Bytes for people, decimal units. */
export function bytesText(bytes: number): string {
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(bytes > 0 && bytes < 1e4 ? 1 : 0)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

/** Objects and bytes a second; '' before anything was sent. */
export function speedText({ objectsPerSecond, bytesPerSecond }: Transfer): string {
  if (objectsPerSecond === 0) return '';
  const rate = objectsPerSecond < 10 ? objectsPerSecond.toFixed(1) : objectsPerSecond.toFixed(0);
  return `${rate} objects/s · ${bytesText(bytesPerSecond)}/s`;
}

/** Who wanted it. */
export const whyText = ({ why, rule }: Transfer): string =>
  why === 'route' ? `rule “${rule}”` : why === 'move' ? 'C-MOVE' : 'sent by hand';
