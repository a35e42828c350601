// Characters for random texts.
import fc from 'fast-check';

const firstSurrogate = 0xd800;
const surrogates = 0x800;
const last = 0x10ffff;

/** Every character that there is. That of fast-check keeps a table of them all, which takes a second to make. */
export const anyCharacter: fc.Arbitrary<string> = fc.nat(last - surrogates).map(
  (place) => String.fromCodePoint(place < firstSurrogate ? place : place + surrogates),
  (character) => {
    const code = typeof character === 'string' ? character.codePointAt(0) : undefined;
    if (code === undefined || String.fromCodePoint(code) !== character)
      throw new Error('no single character');
    if (code < firstSurrogate) return code;
    if (code < firstSurrogate + surrogates) throw new Error('half of a character');
    return code - surrogates;
  },
);
