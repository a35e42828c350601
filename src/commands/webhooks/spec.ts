// Declares the `webhooks` commands: names, options and help.
import { type Command, lazily } from '../../cli/command-tree.ts';

export const webhooks = (): readonly Command[] => [
  {
    name: 'listen',
    usage: '',
    summary: 'Receive webhooks on this machine, check them, and print each event as a line of JSON',
    details:
      'Needs the secret of the webhook in ORB_WEBHOOK_SECRET. Once the port is open, the first line on stderr is\n' +
      '{"url":…}. Ctrl-C ends it with exit code 0.\n\n' +
      'An event is answered 200 only after it was printed and forwarded. A repeated event is answered 200 and not printed\n' +
      'again. An event with a wrong signature, or a timestamp more than 5 minutes off, is refused.',
    options: [
      { flags: '--port <port>', text: 'the port (default: 4011); 0 picks a free one' },
      { flags: '-o, --output <format>', text: 'only ndjson, which is the default here', values: ['ndjson'] },
      {
        flags: '--forward-to <url>',
        text: 'also post each event here, unchanged; if that fails, the sender must try again',
      },
    ],
    shows: async () => (await import('./event-view.ts')).eventView,
    examples: ['webhooks listen --port 0', 'webhooks listen --port 0 --forward-to http://localhost:3000/orb'],
    run: lazily(() => import('./listen.ts')),
  },
  {
    name: 'verify',
    usage: '<file>',
    summary: 'Check the signature and age of a captured webhook; exit 1 if it is not valid',
    details:
      'Needs the secret of the webhook in ORB_WEBHOOK_SECRET. The file must hold the exact bytes of the body: a line end\n' +
      'added by an editor makes it not valid. - reads stdin. A timestamp more than 5 minutes off is not valid, as in the\n' +
      'SDKs.',
    options: [
      { flags: '--timestamp <text>', text: 'the header X-Orb-Timestamp, as it arrived' },
      { flags: '--signature <text>', text: 'the header X-Orb-Signature, as it arrived' },
    ],
    shows: async () => (await import('./verify-view.ts')).verifyView,
    examples: ['webhooks verify event.json --timestamp "$TIMESTAMP" --signature "$SIGNATURE"'],
    run: lazily(() => import('./verify.ts')),
  },
];
