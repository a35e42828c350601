// The OS keychain, asked in a process of its own: a call into it cannot be given up, but a process can be ended.
import type { Readable, Writable } from 'node:stream';

export interface KeychainRequest {
  readonly act: 'read' | 'keep' | 'forget';
  /** Under which name the key is kept. */
  readonly account: string;
  /** What `keep` keeps. */
  readonly key?: string;
}

/** The key that `read` found, if there is one; or why the keychain did not do it, which never holds a key. */
export type KeychainReply = { readonly key?: string } | { readonly problem: string };

const service = 'creditctl';

/** Answers the one request that comes on `input`; keys travel on the pipes alone, never as an argument. */
export async function answer(input: Readable, output: Writable): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(Buffer.from(chunk as Uint8Array));
  const request = JSON.parse(Buffer.concat(chunks).toString('utf8')) as KeychainRequest;
  output.write(JSON.stringify(await replyTo(request)));
}

async function replyTo({ act, account, key = '' }: KeychainRequest): Promise<KeychainReply> {
  try {
    const { Entry } = await import('@napi-rs/keyring');
    // Without this, Linux falls back to the kernel's keyring, which forgets everything at the next start.
    const entry = new Entry(service, account, { linux: { store: 'secret-service' } });
    if (act === 'forget') entry.deleteCredential();
    if (act === 'keep') entry.setPassword(key);
    const found = act === 'read' ? entry.getPassword() : null;
    return found === null ? {} : { key: found };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
