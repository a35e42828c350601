// Groups the names in a signers file by person: a person may have several names and keys. Pure.

/** The names on each line of an allowed_signers file, or the end of a sentence on what is wrong with one line. */
export function namesIn(signers: string): readonly (readonly string[])[] | { readonly problem: string } {
  const lines: (readonly string[])[] = [];
  for (const [index, line] of signers.split('\n').entries()) {
    const [, quoted, plain] = /^\s*(?:"([^"]*)"|([^\s#"]\S*))/.exec(line) ?? [];
    const names = (quoted ?? plain)?.split(',') ?? [];
    const pattern = names.find((name) => /[*?!]/.test(name) || name === '');
    // A pattern can match any number of persons, so it cannot count as one signer.
    if (pattern !== undefined)
      return { problem: `has a pattern in place of a name in line ${index + 1}: "${pattern}"` };
    if (names.length > 0) lines.push(names);
  }
  return lines;
}

/** Maps each name to the person's first name; lines that share a name belong to the same person. */
export function personsIn(lines: readonly (readonly string[])[]): ReadonlyMap<string, string> {
  const persons = new Map<string, string>();
  for (const names of lines) {
    const known = names.map((name) => persons.get(fold(name)) ?? name);
    const [person = ''] = known;
    for (const [name, other] of persons) if (known.includes(other)) persons.set(name, person);
    for (const name of names) persons.set(fold(name), person);
  }
  return persons;
}

/** Normalizes case and Unicode form, so that two spellings of a name do not count as two persons. */
export const fold = (name: string): string => name.normalize('NFKC').toLowerCase();
