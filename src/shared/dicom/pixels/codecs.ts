import { IsocenterError } from '../../contract/errors.ts';
import type { PixelFormat } from './nativePixels.ts';
import { nameOfUid } from '../uid.ts';

/** The part of dcmjs-codecs that we use (its own types describe a module shape that ES imports do not see). */
interface CodecContext {
  getDecodedBuffer(): Uint8Array | undefined;
  getBitsAllocated(): number | undefined;
}
type Decode = (context: CodecContext, parameters: Record<string, never>) => CodecContext;
interface CodecModule {
  readonly Context: new (attributes: Readonly<Record<string, unknown>>) => CodecContext;
  readonly NativeCodecs: {
    initializeAsync(): Promise<void>;
    isInitialized(): boolean;
    release(): void;
    _getWebAssemblyBytes: () => Promise<ArrayBuffer>;
    readonly decodeJpeg: Decode;
    readonly decodeJpegLs: Decode;
    readonly decodeJpeg2000: Decode;
    readonly decodeHtJpeg2000: Decode;
  };
}

type Codec = 'decodeJpeg' | 'decodeJpegLs' | 'decodeJpeg2000' | 'decodeHtJpeg2000';

const CODECS: Readonly<Record<string, Codec>> = {
  '1.2.840.10008.1.2.4.50': 'decodeJpeg',
  '1.2.840.10008.1.2.4.51': 'decodeJpeg',
  '1.2.840.10008.1.2.4.53': 'decodeJpeg',
  '1.2.840.10008.1.2.4.55': 'decodeJpeg',
  '1.2.840.10008.1.2.4.57': 'decodeJpeg',
  '1.2.840.10008.1.2.4.70': 'decodeJpeg',
  '1.2.840.10008.1.2.4.80': 'decodeJpegLs',
  '1.2.840.10008.1.2.4.81': 'decodeJpegLs',
  '1.2.840.10008.1.2.4.90': 'decodeJpeg2000',
  '1.2.840.10008.1.2.4.91': 'decodeJpeg2000',
  '1.2.840.10008.1.2.4.201': 'decodeHtJpeg2000',
  '1.2.840.10008.1.2.4.202': 'decodeHtJpeg2000',
  '1.2.840.10008.1.2.4.203': 'decodeHtJpeg2000',
};

/** Whether frames in a transfer syntax can be decoded here (RLE has a decoder of its own). */
export const hasCodec = (transferSyntaxUid: string): boolean => transferSyntaxUid in CODECS;

const platform = globalThis as unknown as {
  fetch(url: string): Promise<{ ok: boolean; status: number; arrayBuffer(): Promise<ArrayBuffer> }>;
};

let wasmUrl: string | undefined;
let wasmBytes: Promise<ArrayBuffer> | undefined;

/**
 * Where the page or worker fetches `dcmjs-codecs/build/dcmjs-native-codecs.wasm` from (a bundler's asset URL). Needed once
 * before compressed images are decoded outside Node; Node finds the file beside the package.
 */
export function setCodecWasmUrl(url: string): void {
  wasmUrl = url;
  wasmBytes = undefined;
}

let loading: Promise<CodecModule> | undefined;

async function load(): Promise<CodecModule> {
  const imported = (await import('dcmjs-codecs')) as unknown as { default?: CodecModule } & CodecModule;
  return imported.default ?? imported;
}

async function ready(): Promise<CodecModule> {
  loading ??= load();
  const codecs = await loading;
  if (codecs.NativeCodecs.isInitialized()) return codecs;
  // The library fetches through eval, which a strict content security policy forbids.
  if (wasmUrl !== undefined) codecs.NativeCodecs._getWebAssemblyBytes = () => fetchWasm();
  await codecs.NativeCodecs.initializeAsync();
  return codecs;
}

async function fetchWasm(): Promise<ArrayBuffer> {
  wasmBytes ??= (async () => {
    const response = await platform.fetch(wasmUrl ?? '');
    if (!response.ok) throw new Error(`status ${response.status} for ${wasmUrl ?? ''}`);
    return response.arrayBuffer();
  })();
  return wasmBytes;
}

/**
 * Decodes one compressed grey frame into little-endian samples of the format's size.
 * Throws UNSUPPORTED_TRANSFER_SYNTAX without a codec, DECODE_FAILED when the codec cannot be loaded or refuses the frame.
 */
export async function decodeFrame(
  frame: Uint8Array,
  format: PixelFormat,
  transferSyntaxUid: string,
  object: string,
): Promise<Uint8Array> {
  const place = { object, attribute: 'PixelData' };
  const codec = CODECS[transferSyntaxUid];
  if (codec === undefined)
    throw new IsocenterError(
      'UNSUPPORTED_TRANSFER_SYNTAX',
      `pixels in ${nameOfUid(transferSyntaxUid)} cannot be decoded`,
      { ...place, attribute: 'TransferSyntaxUID' },
    );
  const codecs = await ready().catch((cause: unknown) => {
    throw new IsocenterError('DECODE_FAILED', `the image codecs could not be loaded: ${messageOf(cause)}`, {
      ...place,
      cause,
    });
  });
  const context = new codecs.Context({
    width: format.columns,
    height: format.rows,
    bitsAllocated: format.bitsAllocated,
    bitsStored: format.bitsStored,
    samplesPerPixel: 1,
    pixelRepresentation: format.signed ? 1 : 0,
    planarConfiguration: 0,
    photometricInterpretation: 'MONOCHROME2',
    encodedBuffer: frame,
  });
  let decoded: Uint8Array | undefined;
  try {
    decoded = codecs.NativeCodecs[codec](context, {}).getDecodedBuffer();
  } catch (cause) {
    // A codec that threw leaves its memory as it was at that moment: the next frame gets a fresh instance.
    codecs.NativeCodecs.release();
    throw new IsocenterError('DECODE_FAILED', `${nameOfUid(transferSyntaxUid)}: ${messageOf(cause)}`, {
      ...place,
      cause,
    });
  }
  const expected = (format.rows * format.columns * format.bitsAllocated) / 8;
  if (decoded === undefined || decoded.length !== expected)
    throw new IsocenterError(
      'DECODE_FAILED',
      `${nameOfUid(transferSyntaxUid)}: ${decoded?.length ?? 0} bytes where the image has ${expected}`,
      place,
    );
  return decoded;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
