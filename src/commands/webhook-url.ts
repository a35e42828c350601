// Checks URLs that webhooks are posted to.
import { isLoopback } from '../profiles/settings.ts';

/**
 * Problem of a URL, as the end of a sentence; `undefined` if there is no problem.
 * @param reach `here`: only this machine, over plain HTTP. `anywhere`: also other hosts, over HTTPS
 */
export function webhookUrlProblem(value: string, reach: 'here' | 'anywhere'): string | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    return `must be a URL such as http://127.0.0.1:4011/webhooks: "${value}"`;
  }
  // The message does not repeat the URL, because the URL may hold a password.
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password';
  if (url.hash !== '') return `must end before the #: "${value}"`;
  if (url.protocol === 'http:' && isLoopback(url.hostname)) return undefined;
  if (reach === 'here') {
    return `must be http:// on this machine (127.0.0.1, localhost or [::1]): "${url.origin}"`;
  }
  if (url.protocol === 'https:') return undefined;
  return `must be https: plain http is allowed only to this machine (127.0.0.1, localhost): "${url.origin}"`;
}
