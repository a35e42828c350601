// Unpacks a body that a proxy compressed although the request did not ask for it.
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

/** `maxOutputLength` stops a decompression bomb. */
type Unpack = (bytes: Buffer, bound: { readonly maxOutputLength: number }) => Buffer;

const gunzip: Unpack = (bytes, bound) => gunzipSync(bytes, bound);

const unpackers: Readonly<Record<string, Unpack>> = {
  identity: (bytes) => bytes,
  gzip: gunzip,
  'x-gzip': gunzip,
  // The standard requires a zlib header (RFC 9110, 8.4.1.2), but some servers leave it out.
  deflate: (bytes, bound) => (beginsAsZlib(bytes) ? inflateSync(bytes, bound) : inflateRawSync(bytes, bound)),
  br: (bytes, bound) => brotliDecompressSync(bytes, bound),
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

/** The bytes without their codings, the last removed first. @param codings the value of `Content-Encoding` */
export function unpacked(bytes: Buffer, codings: string, maxOutputLength: number): Buffer {
  const names = codings
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  return names.reverse().reduce((packed, name) => unpackedOnce(packed, name, maxOutputLength), bytes);
}

function unpackedOnce(bytes: Buffer, name: string, maxOutputLength: number): Buffer {
  const unpack = Object.hasOwn(unpackers, name || 'identity') ? unpackers[name || 'identity'] : undefined;
  if (unpack === undefined) throw new CodingError('UNKNOWN_CODING');
  try {
    return unpack(bytes, { maxOutputLength });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CodingError(
      code === 'ERR_BUFFER_TOO_LARGE' ? 'UND_ERR_RES_EXCEEDED_MAX_SIZE' : 'DAMAGED_CODING',
      error,
    );
  }
}
