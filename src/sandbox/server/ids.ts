// Generates ids like Orb's: 16 characters of an alphabet without look-alikes (ids in Orb's examples).

const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const length = 16;
/** Bytes from this value on are discarded, so that every character is equally likely. */
const bytesUsed = 256 - (256 % alphabet.length);

/** @param randomBytes cryptographically random bytes */
export function shortId(randomBytes: (length: number) => Uint8Array): string {
  let id = '';
  while (id.length < length) {
    for (const byte of randomBytes(length + 8)) {
      if (byte < bytesUsed && id.length < length) id += alphabet[byte % alphabet.length];
    }
  }
  return id;
}

/** Generates a reproducible id. @param chance returns a new number from 0 up to but not including 1 at each call */
export function seededId(chance: () => number): string {
  let id = '';
  while (id.length < length) {
    // Four characters per draw use less than its 32 bits.
    let rest = Math.floor(chance() * alphabet.length ** 4);
    for (let character = 0; character < 4; character += 1) {
      id += alphabet[rest % alphabet.length];
      rest = Math.floor(rest / alphabet.length);
    }
  }
  return id;
}

/** Generates request ids for searches in logs: the server's own prefix, and a count. @param server random bytes of the prefix */
export function requestIds(server: Uint8Array): () => string {
  const beginning = Buffer.from(server).toString('hex');
  let count = 0;
  return () => {
    count += 1;
    return `${beginning}${count.toString(16).padStart(8, '0')}`;
  };
}
