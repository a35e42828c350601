// Serves one keychain request in a process of its own: a call into the keychain cannot be cancelled, but a process can be ended.
import type { Readable, Writable } from 'node:stream';

export interface KeychainRequest {
  readonly operation: 'read' | 'keep' | 'forget';
  /** The name under which the keychain stores the key. */
  readonly account: string;
  /** The key for `keep`. */
  readonly key?: string;
}

/** The key that `read` found, if any; or why the keychain failed, in a text without a key. */
export type KeychainReply = { readonly key?: string } | { readonly problem: string };

const service = 'creditctl';

/** Answers one request from `input`; keys travel through the pipes alone, never as an argument. */
export async function answer(input: Readable, output: Writable): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(Buffer.from(chunk as Uint8Array));
  const request = JSON.parse(Buffer.concat(chunks).toString('utf8')) as KeychainRequest;
  output.write(JSON.stringify(await replyTo(request)));
}

async function replyTo({ operation, account, key = '' }: KeychainRequest): Promise<KeychainReply> {
  try {
    const { Entry } = await import('@napi-rs/keyring');
    // Without this option, Linux falls back to the kernel's keyring, which loses everything at a restart.
    const entry = new Entry(service, account, { linux: { store: 'secret-service' } });
    if (operation === 'forget') entry.deleteCredential();
    if (operation === 'keep') entry.setPassword(key);
    const found = operation === 'read' ? entry.getPassword() : null;
    return found === null ? {} : { key: found };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
