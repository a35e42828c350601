// Certificates made for one run: an authority of our own, and servers' certificates that are right or wrong in one way.
import { generate } from 'selfsigned';

export interface Certificate {
  /** PEM. */
  readonly key: string;
  readonly cert: string;
}

/** An authority that nobody knows until it is named. */
export const authority = (): Promise<Certificate> =>
  made('creditctl test authority', [{ name: 'basicConstraints', cA: true, critical: true }]);

export interface Wanted {
  /** The name it is for, or an address. */
  readonly host: string;
  /** Signs itself where there is none. */
  readonly issuer?: Certificate;
  /** Days from now on which it begins and ends to be good. */
  readonly days?: readonly [from: number, to: number];
}

export function certificate({ host, issuer, days = [-1, 2] }: Wanted): Promise<Certificate> {
  const isAddress = /^[\d.]+$/.test(host);
  const altNames = [isAddress ? { type: 7 as const, ip: host } : { type: 2 as const, value: host }];
  return made(host, [{ name: 'subjectAltName', altNames }], { issuer, days });
}

type Extensions = NonNullable<NonNullable<Parameters<typeof generate>[1]>['extensions']>;

async function made(
  name: string,
  extensions: Extensions,
  { issuer, days = [-1, 2] }: Pick<Wanted, 'days'> & { issuer?: Certificate | undefined } = {},
): Promise<Certificate> {
  const day = 86_400_000;
  const pair = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() + days[0] * day),
    notAfterDate: new Date(Date.now() + days[1] * day),
    extensions,
    ...(issuer === undefined ? {} : { ca: issuer }),
  });
  return { key: pair.private, cert: pair.cert };
}
