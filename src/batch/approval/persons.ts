// Who is one person in a signers file, however many names and keys it gives them. Pure.

/** The names of each line of an allowed_signers file, or the end of a sentence that says what is wrong with one. */
export function namesIn(signers: string): readonly (readonly string[])[] | { readonly problem: string } {
  const lines: (readonly string[])[] = [];
  for (const [index, line] of signers.split('\n').entries()) {
    const [, quoted, plain] = /^\s*(?:"([^"]*)"|([^\s#"]\S*))/.exec(line) ?? [];
    const names = (quoted ?? plain)?.split(',') ?? [];
    const pattern = names.find((name) => /[*?!]/.test(name) || name === '');
    // Whom a pattern means cannot be counted.
    if (pattern !== undefined)
      return { problem: `has a pattern in place of a name in line ${index + 1}: "${pattern}"` };
    if (names.length > 0) lines.push(names);
  }
  return lines;
}

/** The first name of a person, by each of their names: lines that share a name are one person's. */
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

/** Names that differ in capitals or in their bytes only are one: two of them for one person would count twice. */
export const fold = (name: string): string => name.normalize('NFKC').toLowerCase();
