// Knows the keys and passwords of this run, and masks them in everything that leaves the program.

/** The text in place of a secret. */
const masked = '***';

/** A shorter secret would also match harmless text, and Orb's keys are longer. */
const lengthMin = 8;

export interface KnownSecrets {
  /** A write that contains one is refused. */
  readonly keys: readonly string[];
  /** Masked but not refused: people choose passwords, so harmless text may contain one. */
  readonly passwords: readonly string[];
}

export type Secrets = ReturnType<typeof makeSecrets>;

/** @param known called once, before the first text is checked */
export function makeSecrets(known: () => KnownSecrets) {
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
    /** Adds a key that was fetched or typed. */
    learn: (key: string): void => {
      if (learned.has(key)) return;
      learned.add(key);
      forms = undefined;
    },
    /** Whether a text contains a key, plain or as encoded in JSON, a URL or a header. */
    isIn: (text: string): boolean => ready().keys.some((form) => text.includes(form)),
    /** The text with every secret replaced. Mask before cutting: part of a key is not recognised. */
    mask: (text: string): string => {
      let clean = text;
      // Most texts contain no secret, so a plain search runs first.
      for (const form of ready().all) if (clean.includes(form)) clean = clean.replaceAll(form, masked);
      return clean;
    },
  };
}

interface Forms {
  readonly keys: readonly string[];
  readonly all: readonly string[];
}

/** A longer form is replaced first, because it may contain a shorter one. */
const longestFirst = (a: string, b: string): number => b.length - a.length;

function formsOf(secrets: readonly string[]): readonly string[] {
  const longEnough = secrets.filter((secret) => secret.length >= lengthMin);
  return [...new Set(longEnough.flatMap(formsOfOne))].sort(longestFirst);
}

function formsOfOne(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  // From the bytes, because half of a surrogate pair cannot be encoded.
  const inUrl = encodeURIComponent(bytes.toString());
  // `Basic` credentials begin with the key as the user name; the rest changes only the last group of base64.
  const inHeader = bytes.subarray(0, bytes.length - (bytes.length % 3)).toString('base64');
  const forms = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    inUrl,
    inUrl.replace(/%../g, (code) => code.toLowerCase()),
    inHeader,
  ];
  return forms.filter((form) => form.length >= lengthMin);
}
