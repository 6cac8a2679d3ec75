import { IsocenterError } from '#shared/contract/errors.ts';
import { STATUS, statusHex } from '#main/network/status.ts';
import { echo } from '#main/services/echo.ts';
import { checkAeTitle, parsePeer } from '../arguments.ts';
import type { Command } from '../command.ts';

export const command: Command = {
  usage: 'AET@host:port [--from AET]',
  help: 'Asks a DICOM node whether it is there (C-ECHO): DIMSE status in hexadecimal and milliseconds from connecting to the answer.',
  options: { from: { type: 'string', default: 'ISOCENTER' } },
  async run(args, io) {
    const peer = parsePeer(args.positional(0, 'AET@host:port'));
    const answer = await echo(peer, { callingAe: checkAeTitle(args.needText('from')), signal: io.signal });
    const status = statusHex(answer.status);
    const ms = Math.round(answer.ms * 10) / 10;
    io.result({ status, ms }, `${peer.aeTitle} answered ${status} after ${ms} ms`);
    if (answer.status !== STATUS.success)
      throw new IsocenterError('DIMSE_STATUS', `C-ECHO answered ${status}`, { object: peer.aeTitle });
  },
};
