// Names of batches and writes that are reserved, so no person can give them.

/** What is wrong with a name for a batch or a write that is a reserved word or a key of our own form. */
export function reservedProblem(name: string): string | undefined {
  if (name === 'last') return 'must not be "last": that means the newest write';
  return ownKeyForm.test(name)
    ? `must not have the form of a key that creditctl makes: "${name}"`
    : undefined;
}

/** The key of a row, and that of a write that takes one back. */
const ownKeyForm = /^(?:batch|undo)-[0-9a-f]{40}$/;
