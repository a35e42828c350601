// The keys and passwords that this run knows, so that none of them leaves the program, wherever it was put.

/** What a secret is shown as. */
const masked = '***';

/** A shorter secret is found in innocent texts, and no key that Orb gives out is as short. */
const tellingLength = 8;

export interface KnownSecrets {
  /** A write that holds one is refused. */
  readonly keys: readonly string[];
  /** Only kept out of what is shown and written: people choose them, so an innocent text may hold one. */
  readonly passwords: readonly string[];
}

export interface Secrets {
  /** Takes a key that was fetched or typed. */
  learn(key: string): void;
  /** Whether a text holds a key, as it is or as JSON, a URL or a header would hold it. */
  isIn(text: string): boolean;
  /** The text with every secret replaced. Never cut a text before this: the beginning of a key is not recognised. */
  mask(text: string): string;
}

/** @param known looked up when the first text is to leave */
export function makeSecrets(known: () => KnownSecrets): Secrets {
  let forms: Forms | undefined;
  const learned = new Set<string>();
  const ready = (): Forms => {
    if (forms !== undefined) return forms;
    const { keys, passwords } = known();
    const ofKeys = formsOf([...keys, ...learned]);
    forms = { keys: ofKeys, all: [...new Set([...ofKeys, ...formsOf(passwords)])].sort(longestFirst) };
    return forms;
  };
  return {
    learn: (key) => {
      if (learned.has(key)) return;
      learned.add(key);
      forms = undefined;
    },
    isIn: (text) => ready().keys.some((form) => text.includes(form)),
    mask: (text) => {
      let clean = text;
      // Lists are long and hold no secret: looking for each form is as fast as can be.
      for (const form of ready().all) if (clean.includes(form)) clean = clean.replaceAll(form, masked);
      return clean;
    },
  };
}

interface Forms {
  readonly keys: readonly string[];
  readonly all: readonly string[];
}

/** What a longer form holds must not be replaced within it. */
const longestFirst = (a: string, b: string): number => b.length - a.length;

function formsOf(secrets: readonly string[]): readonly string[] {
  const telling = secrets.filter((secret) => secret.length >= tellingLength);
  return [...new Set(telling.flatMap(formsOfOne))].sort(longestFirst);
}

function formsOfOne(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  // By way of the bytes, because half a character cannot be encoded.
  const inUrl = encodeURIComponent(bytes.toString());
  // `Basic` credentials begin with the name, which is the key; what follows it changes the last group alone.
  const inHeader = bytes.subarray(0, bytes.length - (bytes.length % 3)).toString('base64');
  const forms = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    inUrl,
    inUrl.replace(/%../g, (code) => code.toLowerCase()),
    inHeader,
  ];
  return forms.filter((form) => form.length >= tellingLength);
}
