// Plans that somebody changed: whoever can write a file can make its hash anew, too.
import { createHash } from 'node:crypto';

const before = '"sha256":"';

/** The text of a plan with the hash that fits it. */
export function rehashed(text: string): string {
  const hashed = text.slice(0, text.lastIndexOf(before) + before.length);
  return `${hashed}${createHash('sha256').update(hashed).digest('hex')}"}\n`;
}
