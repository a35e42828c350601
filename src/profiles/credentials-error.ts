// There is no key where one is needed: the sentence that names both ways on.
import { CreditctlError } from '../errors.ts';

/** The error for a connection that needs a key and has none (product page, "Where the data lives"). */
export function noCredentials(profile: string): CreditctlError {
  return new CreditctlError(
    'credentials',
    `There is no API key for the profile "${profile}", and nothing was done`,
    {
      applied: 'no',
      retrySafe: true,
      next: [
        'Set ORB_API_KEY, or run: creditctl auth login',
        'Or use the embedded ledger, without any account: add --sandbox',
      ],
    },
  );
}
