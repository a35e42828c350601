// Names the embedded ledger's database in error messages about its file.
import type { Naming } from '../../database/fault.ts';

export const sandboxNaming: Naming = {
  noun: 'sandbox database',
  elsewhere: 'name another file with --db or CREDITCTL_SANDBOX_DB',
  inFolder: 'name a file inside it with --db or CREDITCTL_SANDBOX_DB',
  ifDamaged: 'move it away to start with a new one',
  unusable: 'failure',
};
