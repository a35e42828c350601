// Receiving webhooks. What the commands of this noun are called, take and say in their help.
import { type Command, lazily } from '../../cli/command-tree.ts';

export const webhooks = (): readonly Command[] => [
  {
    name: 'listen',
    usage: '',
    wordsMax: 0,
    summary: 'Receive webhooks on this machine, check them, and print each event as a line of JSON',
    details:
      'Needs ORB_WEBHOOK_SECRET. The first line on stderr, once the port is open, is {"url":…}.\n' +
      'An event is answered 200 only after it was printed and forwarded. One that comes again is answered 200 and not\n' +
      'printed again. A wrong signature, or a timestamp more than 5 minutes off, is refused. Ctrl-C ends it: exit 0.',
    options: [
      { flags: '--port <port>', text: 'the port (default: 4011); 0 picks a free one' },
      { flags: '-o, --output <format>', text: 'only ndjson, which is the default here', values: ['ndjson'] },
      {
        flags: '--forward-to <url>',
        text: 'post each event there too, unchanged; if that fails, the sender has to try again',
      },
    ],
    shows: async () => (await import('./event-view.ts')).eventView,
    examples: ['webhooks listen --port 0', 'webhooks listen --port 0 --forward-to http://localhost:3000/orb'],
    run: lazily(() => import('./listen.ts')),
  },
  {
    name: 'verify',
    usage: '<file>',
    wordsMax: 1,
    summary: 'Check the signature and age of a webhook that was captured; exit 1 if it is not valid',
    details:
      'Needs ORB_WEBHOOK_SECRET. The file has the exact bytes of the body; - reads stdin. A line end that an editor\n' +
      'added makes it another body. More than 5 minutes old or early is not valid, as in the SDKs.',
    options: [
      { flags: '--timestamp <text>', text: 'the header X-Orb-Timestamp, as it arrived' },
      { flags: '--signature <text>', text: 'the header X-Orb-Signature, as it arrived' },
    ],
    shows: async () => (await import('./verify-view.ts')).verifyView,
    examples: ['webhooks verify event.json --timestamp "$TIMESTAMP" --signature "$SIGNATURE"'],
    run: lazily(() => import('./verify.ts')),
  },
];
