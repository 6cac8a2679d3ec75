import { IsocenterError } from '../contract/errors.ts';
import type { ObjectContext } from '../model/context.ts';
import type { ReferencedInstance } from '../model/structures.ts';
import { checkInstance, commonModules, dateAndTime } from './modules.ts';
import { writePart10 } from './codec/part10.ts';
import { fitText } from './codec/text.ts';
import { ENCAPSULATED_PDF } from './uid.ts';

/** `%PDF-` */
const MAGIC = [0x25, 0x50, 0x44, 0x46, 0x2d];

/**
 * Writes a PDF as Encapsulated PDF (PS3.3 A.45.1). `sources` are the objects it was made from.
 * @throws IsocenterError INVALID_ATTRIBUTE for bytes that are no PDF
 */
export function writeEncapsulatedPdf(
  pdf: Uint8Array,
  title: string,
  sources: readonly ReferencedInstance[],
  context: ObjectContext,
): Uint8Array<ArrayBuffer> {
  checkInstance('', context, 'document');
  if (!MAGIC.every((byte, n) => pdf[n] === byte))
    throw new IsocenterError('INVALID_ATTRIBUTE', 'is no PDF', { object: title, attribute: 'EncapsulatedDocument' });
  const { date, time } = dateAndTime(context);
  // OB has an even number of bytes; the length says where the document ends (C.24.2).
  const even = new Uint8Array(pdf.length + (pdf.length % 2));
  even.set(pdf);
  return writePart10({
    ...commonModules(context, ENCAPSULATED_PDF, 'DOC'),
    // Made on a workstation (C.8.6.1).
    ConversionType: 'WSD',
    InstanceNumber: 1,
    ContentDate: date,
    ContentTime: time,
    AcquisitionDateTime: '',
    // The document names the patient.
    BurnedInAnnotation: 'YES',
    SourceInstanceSequence:
      sources.length === 0
        ? undefined
        : sources.map(({ sopClassUid, sopInstanceUid }) => ({
            ReferencedSOPClassUID: sopClassUid,
            ReferencedSOPInstanceUID: sopInstanceUid,
          })),
    DocumentTitle: fitText(title, 64),
    ConceptNameCodeSequence: [],
    MIMETypeOfEncapsulatedDocument: 'application/pdf',
    EncapsulatedDocument: even,
    EncapsulatedDocumentLength: pdf.length,
  });
}
