import { QUERY_ATTRIBUTES } from '#main/archive/index/query/attributes.ts';
import { DEFAULT_LIMITS } from '#main/network/listenOptions.ts';
import { GENERAL, PROCEDURE_STEP, statusHex, STORAGE } from '#main/network/status.ts';
import { CIPHERS } from '#main/network/tls/material.ts';
import { STORAGE_TRANSFER_SYNTAXES } from '#main/network/transferSyntaxes.ts';
import { LABELS } from '#shared/dicom/codec/charset.ts';
import { PRIVATE_CREATOR } from '#shared/dicom/modules.ts';
import {
  CT_IMAGE,
  DEFORMABLE_SPATIAL_REGISTRATION,
  ENCAPSULATED_PDF,
  IMPLEMENTATION_CLASS_UID,
  IMPLEMENTATION_VERSION_NAME,
  MEDIA_STORAGE_DIRECTORY,
  MR_IMAGE,
  nameOfUid,
  RT_DOSE,
  RT_IMAGE,
  RT_PLAN,
  RT_STRUCTURE_SET,
  SOP_CLASSES,
  SPATIAL_REGISTRATION,
} from '#shared/dicom/uid.ts';
import { table, yesNo } from './markdown.ts';
import { SERVICES } from './services.ts';

/** Objects we make ourselves; everything else is kept and passed on as it came. */
const CREATED = [
  RT_STRUCTURE_SET,
  RT_PLAN,
  RT_DOSE,
  RT_IMAGE,
  SPATIAL_REGISTRATION,
  DEFORMABLE_SPATIAL_REGISTRATION,
  CT_IMAGE,
  MR_IMAGE,
  ENCAPSULATED_PDF,
];

/** The DICOM conformance statement (PS3.2) from the tables that the code itself runs on, as Markdown. */
export const conformanceStatement = (): string =>
  `${[
    '# DICOM conformance statement',
    'Written by `npm run conformance` from the tables the code runs on; a test fails when it is out of date.',
    'isocenter is not a medical device. Objects it makes are marked as not validated for clinical use.',
    ...overview(),
    ...associations(),
    ...storage(),
    ...queryRetrieve(),
    ...otherServices(),
    ...dicomweb(),
    ...characterSets(),
    ...security(),
    ...objects(),
  ].join('\n\n')}\n`;

const overview = (): string[] => [
  '## 1 Network services',
  table(
    ['service', 'SOP class', 'UID', 'SCU', 'SCP'],
    SERVICES.map(({ service, name, uid, scu, scp }) => [service, name, uid, yesNo(scu), yesNo(scp)]),
  ),
  'Storage (section 3) is offered in both roles for every SOP class. One application entity does all of it; its AE title is a setting.',
];

const associations = (): string[] => [
  '## 2 Associations',
  table(
    ['property', 'value'],
    [
      ['Implementation Class UID', IMPLEMENTATION_CLASS_UID],
      ['Implementation Version Name', IMPLEMENTATION_VERSION_NAME],
      ['Application context', '1.2.840.10008.3.1.1.1'],
      ['Maximum length announced and taken', `${DEFAULT_LIMITS.maxPduLength} bytes`],
      [
        'Associations at once',
        `${DEFAULT_LIMITS.associations} (a setting), ${DEFAULT_LIMITS.associationsPerPeer} for each address and AE title`,
      ],
      ['ARTIM timer', `${DEFAULT_LIMITS.artimMs / 1000} s, TLS handshake included`],
      ['Idle timer', `${DEFAULT_LIMITS.idleMs / 1000} s, only while the peer owes something`],
      ['Asynchronous operations window', 'negotiated; 1, 1 where the peer does not ask for more'],
      ['SCP/SCU role selection', 'C-GET storage sub-operations, storage commitment reports'],
      ['SOP class extended negotiation', 'Query/Retrieve: relational queries, combined date and time, fuzzy names'],
      [
        'User identity',
        'user name, user name and passcode, Kerberos, SAML, JWT parsed; user name with passcode checked',
      ],
      ['Address listened on', '127.0.0.1 until a person opens the node; AE titles and addresses can be limited'],
    ],
  ),
];

const storage = (): string[] => [
  '## 3 Storage',
  'As SCP every storage SOP class is accepted, also private ones and those of later editions. Objects are stored byte for byte, forced to the disk, and only then acknowledged (storage level 2, full). Identical objects are accepted again; other bytes under a known SOP Instance UID are kept apart and reported. As SCU an object goes out in the transfer syntax it has; only where the peer does not take that is it transcoded without loss, which the log says.',
  table(
    ['SOP class known by name', 'UID'],
    Object.entries(SOP_CLASSES)
      .filter(([uid]) => uid !== MEDIA_STORAGE_DIRECTORY)
      .map(([uid, name]) => [name, uid]),
  ),
  table(
    ['transfer syntax taken', 'UID'],
    STORAGE_TRANSFER_SYNTAXES.map((uid) => [nameOfUid(uid) === uid ? '(kept as it comes)' : nameOfUid(uid), uid]),
  ),
  table(
    ['status of C-STORE', 'meaning'],
    STORAGE.map(([first, last, text]) => [
      first === last ? statusHex(first) : `${statusHex(first)}–${statusHex(last)}`,
      text,
    ]),
  ),
];

const queryRetrieve = (): string[] => [
  '## 4 Query/Retrieve',
  'Keys that can be matched and are returned, by level; those of the levels above can be matched too. Matching is by PS3.4 C.2.2.2: single value, list of UID, universal, wildcard, range; person names without regard to case, in every group.',
  table(
    ['level', 'attribute', 'tag', 'VR'],
    QUERY_ATTRIBUTES.map(({ level, keyword, tag, vr, computed }) => [
      level,
      computed ? `${keyword} (returned only)` : keyword,
      `(${tag.slice(0, 4)},${tag.slice(4)})`,
      vr,
    ]),
  ),
  'C-MOVE goes to configured nodes only (A801H otherwise). An identifier that would mix objects of several patients under one UID is refused. C-CANCEL stops all three operations.',
];

const otherServices = (): string[] => [
  '## 5 Workflow and print',
  'Storage commitment is confirmed only for objects that the archive holds with this SOP class and whose file is there. Reports go out on the same association while it stands, else on a new one to the configured node, and are repeated until they are taken. Procedure steps and tasks survive a restart. Films carry the patient’s identity and “not for clinical use” in annotation boxes or, where a printer has none, in the picture.',
  table(
    ['status', 'meaning in the workflow services'],
    [...GENERAL, ...PROCEDURE_STEP].map(([code, text]) => [statusHex(code), text]),
  ),
];

const dicomweb = (): string[] => [
  '## 6 DICOMweb',
  table(
    ['transaction', 'server: resource under /dicom-web', 'client'],
    [
      [
        'QIDO-RS',
        '`/studies`, `/series`, `/instances`, below a study and a series; fuzzymatching, limit, offset',
        'yes',
      ],
      ['WADO-RS', '`/studies/{s}[/series/{r}[/instances/{i}]]`, original transfer syntax', 'yes'],
      ['WADO-RS metadata', '`…/metadata`, large values by BulkDataURI', '–'],
      ['WADO-RS frames', '`…/frames/{list}`, compressed as they are or raw', '–'],
      ['WADO-RS bulk data', '`…/bulkdata/{path}`', '–'],
      ['WADO-RS rendered', '`…/rendered`, `…/frames/{n}/rendered` as image/png', '–'],
      ['STOW-RS', '`POST /studies[/{s}]`, application/dicom', 'yes'],
    ],
  ),
];

const characterSets = (): string[] => [
  '## 7 Character sets',
  `Read: ${Object.keys(LABELS)
    .map((number) => `ISO_IR ${number}`)
    .join(
      ', ',
    )}, GB18030, GBK, and their ISO 2022 code extensions. Written: ISO_IR 192 (UTF-8); queries in a node’s own repertoire where its settings say so.`,
];

const security = (): string[] => [
  '## 8 Security',
  'TLS 1.2 and 1.3 with mutual authentication (BCP 195; PS3.15 B.9 to B.11), on a port of its own. Cipher suites of TLS 1.2:',
  table(
    ['profile', 'suites'],
    Object.entries(CIPHERS).map(([profile, suites]) => [profile, suites.join(', ')]),
  ),
  'Every association, refusal and its reason go to `security.log` in the archive’s folder. De-identification on export follows PS3.15 annex E, Basic Application Level Confidentiality Profile, with options to retain dates (full or shifted), patient characteristics, device identity, institution, UIDs, safe private attributes and descriptors.',
];

const objects = (): string[] => [
  '## 9 Objects made here',
  table(
    ['SOP class', 'UID'],
    CREATED.map((uid) => [nameOfUid(uid), uid]),
  ),
  `CT and MR images come from the phantom generator, or are derived from others (4D projections, resampled copies). RT Images are digitally reconstructed radiographs (DERIVED\\SECONDARY\\DRR): values are mm of water along each ray, Pixel Intensity Relationship LOG, sign −1. UIDs are made under 2.25 (PS3.5 annex B.2). Private attributes carry the creator "${PRIVATE_CREATOR}": in RT Dose (3005,xx01) how the dose was made (3005,xx02) the structure set it was made for and (3005,xx03) what a sum was added up from; in RT Plan the normalisation of the prescription; in RT Structure Set (3007,xx01) recipe and lock of a ROI and (3007,xx02) the history of edits, with the names of those who made them; in registrations (0071,xx01) landmarks, quality, sign-off and warnings.`,
];
