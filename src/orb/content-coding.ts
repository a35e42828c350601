// Unpacks a body that a proxy compressed although the request did not ask for it.
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { answerMax } from './http-exchange.ts';

type Unpack = (bytes: Buffer) => Buffer;

/** Stops a decompression bomb at the largest answer allowed. */
const bound = { maxOutputLength: answerMax };

const gunzip: Unpack = (bytes) => gunzipSync(bytes, bound);

const unpackers: Readonly<Record<string, Unpack>> = {
  identity: (bytes) => bytes,
  gzip: gunzip,
  'x-gzip': gunzip,
  // The standard requires a zlib header (RFC 9110, 8.4.1.2), but some servers leave it out.
  deflate: (bytes) => (beginsAsZlib(bytes) ? inflateSync(bytes, bound) : inflateRawSync(bytes, bound)),
  br: (bytes) => brotliDecompressSync(bytes, bound),
};

const beginsAsZlib = (bytes: Buffer): boolean =>
  bytes.length > 1 && (bytes.readUInt8(0) & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0;

/** Why a body could not be unpacked; `connection-failure.ts` has a message for each `code`. */
class CodingError extends Error {
  readonly code: 'UNKNOWN_CODING' | 'DAMAGED_CODING' | 'UND_ERR_RES_EXCEEDED_MAX_SIZE';

  constructor(code: CodingError['code'], cause?: unknown) {
    super(code, { cause });
    this.code = code;
  }
}

/** The bytes without their codings, the last coding removed first. @param codings the value of `Content-Encoding` */
export function unpacked(bytes: Buffer, codings: string): Buffer {
  const names = codings
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  return names.reverse().reduce(unpackedOnce, bytes);
}

function unpackedOnce(bytes: Buffer, name: string): Buffer {
  const unpack = Object.hasOwn(unpackers, name || 'identity') ? unpackers[name || 'identity'] : undefined;
  if (unpack === undefined) throw new CodingError('UNKNOWN_CODING');
  try {
    return unpack(bytes);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CodingError(
      code === 'ERR_BUFFER_TOO_LARGE' ? 'UND_ERR_RES_EXCEEDED_MAX_SIZE' : 'DAMAGED_CODING',
      error,
    );
  }
}
