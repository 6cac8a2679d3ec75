import { IsocenterError } from '#shared/contract/errors.ts';
import { STATUS, statusHex } from '#main/network/status.ts';
import { type EchoResult, echo } from '#main/services/echo.ts';
import type { Command } from '../command.ts';
import { callerOptions, NETWORK_HELP, NETWORK_OPTIONS, peerFromArgs } from '../options/networkOptions.ts';

export const command: Command = {
  usage: 'AET@host:port [--from AET] [--tls …] [--user NAME …]',
  help: [
    'Asks a DICOM node whether it is there (C-ECHO): DIMSE status in hexadecimal, milliseconds from connecting to the answer, and',
    'what the node says about itself.',
    NETWORK_HELP,
  ].join('\n'),
  options: NETWORK_OPTIONS,
  async run(args, io) {
    const peer = await peerFromArgs(args);
    const answer = await echo(peer, { ...(await callerOptions(args)), signal: io.signal });
    const status = statusHex(answer.status);
    const ms = Math.round(answer.ms * 10) / 10;
    io.result(
      { ...answer, status, ms },
      [`${peer.aeTitle} answered ${status} after ${ms} ms`, ...about(answer)].join('\n'),
    );
    if (answer.status !== STATUS.success)
      throw new IsocenterError('DIMSE_STATUS', `C-ECHO answered ${status}`, { object: peer.aeTitle });
  },
};

function about({
  implementationClassUid,
  implementationVersionName,
  maxPduLength,
  tls,
  userAccepted,
}: EchoResult): string[] {
  const lines = [
    `implementation  ${[implementationVersionName, implementationClassUid].filter((text) => text !== '').join(' ')}`,
    `largest PDU     ${maxPduLength === 0 ? 'no limit' : `${maxPduLength} bytes`}`,
    tls === undefined
      ? 'security        none: not TLS'
      : `security        ${tls.protocol} ${tls.cipher}, certificate ${tls.subject} (SHA-256 ${tls.fingerprint})`,
  ];
  if (userAccepted !== undefined)
    lines.push(
      `user            ${userAccepted ? 'confirmed by the node' : 'not confirmed: the node may not check users'}`,
    );
  return lines;
}
