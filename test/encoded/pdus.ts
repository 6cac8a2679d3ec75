import { bytes } from './bytes.ts';

/** What DCMTK 3.6.7's echoscu sends first, as recorded from it. */
export const echoscuAssociateRequest = bytes(`
  01 00 000000CD                          # A-ASSOCIATE-RQ, 205 bytes
  0001 0000                               # protocol version 1
  "ANY-SCP         " "ECHOSCU         "   # called, calling AE title
  0000000000000000 0000000000000000 0000000000000000 0000000000000000
  10 00 0015 "1.2.840.10008.3.1.1.1"      # application context
  20 00 002E 01 00 FF 00                  # presentation context 1
    30 00 0011 "1.2.840.10008.1.1"        #   verification
    40 00 0011 "1.2.840.10008.1.2"        #   implicit VR little endian
  50 00 003A                              # user information
    51 00 0004 00004000                   #   maximum length 16384
    52 00 001B "1.2.276.0.7230010.3.0.3.6.7"
    55 00 000F "OFFIS_DCMTK_367"
`);

/** Two contexts, one refused; asynchronous operations, role selection, and a sub-item of some later edition. */
export const associateAccept = bytes(`
  02 00 000000E9                          # A-ASSOCIATE-AC, 233 bytes
  0001 0000
  "ARCHIVE         " "ISOCENTER       "
  0000000000000000 0000000000000000 0000000000000000 0000000000000000
  10 00 0015 "1.2.840.10008.3.1.1.1"
  21 00 001B 01 00 00 00                  # context 1: acceptance
    40 00 0013 "1.2.840.10008.1.2.1"
  21 00 0019 03 00 04 00                  # context 3: transfer syntaxes not supported
    40 00 0011 "1.2.840.10008.1.2"
  50 00 004C
    51 00 0004 00020000                   # maximum length 131072
    52 00 0007 "1.2.3.4"
    53 00 0004 0005 0001                  # asynchronous operations: 5 invoked, 1 performed
    54 00 001D 0019 "1.2.840.10008.5.1.4.1.1.2" 00 01   # SCP role for CT only
    55 00 0006 "PEER_1"
    5A 00 0002 0102                       # unknown
`);

/** Rejected permanently by the service user: called AE title not recognized. */
export const associateReject = bytes('03 00 00000004  00 01 01 07');

/** A C-ECHO-RQ in one fragment on context 1. */
export const echoRequestData = bytes(`
  04 00 0000004A                          # P-DATA-TF, 74 bytes
  00000046 01 03                          # 70 bytes, context 1, command, last
    0000 0000 04000000 38000000           # group length 56
    0000 0200 12000000 "1.2.840.10008.1.1" 00
    0000 0001 02000000 3000               # C-ECHO-RQ
    0000 1001 02000000 0100               # message ID 1
    0000 0008 02000000 0101               # no data set
`);

export const releaseRequest = bytes('05 00 00000004  00000000');
export const releaseReply = bytes('06 00 00000004  00000000');

/** By the service provider: unexpected PDU. */
export const abort = bytes('07 00 00000004  00 00 02 02');

/** P-DATA-TF that says it is 4 GiB long. */
export const fourGibibytePdu = bytes('04 00 FFFFFFFF  000000FA 01 00');
