// Declares the facts that a record keeps: attempts at writes, their ends, batch runs, policies and approvals. Pure.

/** A decimal text, such as `12.5`: credits of one currency, exact. */
export type Decimal = string;

/** The state of a write. `noted`: the note is on the disk, and the request may have been sent. */
export type WriteState = 'noted' | 'settled' | 'refused' | 'unknown' | 'absent' | 'unsent';

/** Whether the record does not know yet if the write was applied. */
export const isOpen = ({ state }: { readonly state: WriteState }): boolean =>
  state === 'noted' || state === 'unknown';

/** A process on a machine. */
export interface FactRunner {
  /** Identifies a machine, boot and container. */
  readonly machine: string;
  readonly pid: number;
  /** When the process started, in the machine's own unit. */
  readonly started?: string;
}

/** The author of a fact by the process's own account. No rule uses it: rules use the person that the record stamps. */
export interface FactAuthor {
  readonly os_user: string;
  readonly host: string;
  /** `CREDITCTL_ACTOR`: a CI job, an agent, a ticket. */
  readonly actor?: string | undefined;
}

/** Credits that count against the caps of a day from the moment when a write is noted. */
export interface Reservation {
  /** The API's own id, so that one customer has one spelling. If the id is not known: the name in the request. */
  readonly customer: string;
  readonly currency: string;
  /** The day in the customer's zone, `2026-11-27`; on an embedded ledger by the ledger's clock. */
  readonly day: string;
  /** Credits, above 0. Only increments and amendments reserve credits. */
  readonly amount: Decimal;
}

/** A write that a process works on. A row of a batch has the author and the runner of its run. */
interface Held {
  readonly key: string;
  /** Counts from 1: a key that was refused, absent or unsent begins a new attempt. */
  readonly attempt: number;
  /** Length of the lease in milliseconds, by the record's clock: until it ends, no other process takes the write over. */
  readonly lease_ms: number;
  readonly author?: FactAuthor | undefined;
  readonly runner?: FactRunner | undefined;
  readonly run?: number | undefined;
}

/** What was in force when a write or a run of a batch began. */
interface Begun {
  /** The persons who signed the plan: principals of the signers file. */
  readonly approved_by?: readonly string[] | undefined;
  /** SHA-256 of the policy of the record that was in force. */
  readonly policy?: string | undefined;
  /** The time of an embedded ledger, RFC 3339. On such a ledger, it decides the age of a key. */
  readonly ledger_at?: string | undefined;
  /**
   * The hash of the API key of the first attempt, or of the run: only that API key sends the write again. None for an
   * embedded ledger.
   */
  readonly api_key?: string | undefined;
}

/** The note of an attempt, made before the request leaves. A row of a batch has the command of its run. */
export interface Noted extends Held, Begun {
  readonly kind: 'noted';
  /** Equal for equal requests of one account. Rows of a batch have no fingerprint: only their key identifies them. */
  readonly fingerprint?: string | undefined;
  /** Set if a person set the key by hand. */
  readonly named?: true | undefined;
  readonly method: string;
  /** The external id of the customer, or `id:…`. For a write to an invoice, alert or block: the customer who owns it. */
  readonly customer?: string | undefined;
  readonly reserves?: Reservation | undefined;
  /** The batch and the row's number in its plan. */
  readonly batch?: string | undefined;
  readonly row?: number | undefined;
  /** The key of the write that this write undoes, and how many further writes undo parts of that write after this one. */
  readonly undoes?: string | undefined;
  readonly to_follow?: number | undefined;
}

/** A process takes over an open write before it searches for its effect or sends it again. */
export interface Taken extends Held {
  readonly kind: 'taken';
}

/** The end of an attempt. `absent`: a search found no effect. `unsent`: the request never left. */
export interface Ended {
  readonly kind: 'ended';
  readonly key: string;
  readonly attempt: number;
  readonly state: Exclude<WriteState, 'noted'>;
  readonly status?: number | undefined;
  readonly request_id?: string | undefined;
  readonly replayed?: true | undefined;
  /** A later run than the one that noted the write found the end out: by a search, or by sending the write again. */
  readonly found?: true | undefined;
  /** The id of the created entry. The fields below are of the same entry, as the API sent them. */
  readonly entry?: string | undefined;
  readonly block?: string | undefined;
  readonly amount?: Decimal | undefined;
  readonly starting_balance?: Decimal | undefined;
  readonly ending_balance?: Decimal | undefined;
}

/** The process reported the outcome, as its last step before it ended. */
export interface Acknowledged {
  readonly kind: 'acknowledged';
  readonly key: string;
  readonly attempt: number;
}

/** A run of a batch begins. */
export interface BatchBegun extends Begun {
  readonly kind: 'batch_begun';
  readonly batch: string;
  /** Counts the runs of this batch from 1. If two processes begin the same run, one of them gets a conflict. */
  readonly run: number;
  /** SHA-256 of the plan's bytes. */
  readonly plan: string;
  readonly rows: number;
  readonly undo?: true | undefined;
  readonly lease_ms: number;
  readonly author: FactAuthor;
  readonly runner: FactRunner;
}

/** A run of a batch ends without a crash. */
export interface BatchEnded {
  readonly kind: 'batch_ended';
  readonly batch: string;
  readonly run: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly unknown: number;
  readonly unprocessed: number;
}

/** The signature of a person on a plan. The fact is added when the plan is applied. */
export interface Approved {
  readonly kind: 'approved';
  readonly plan: string;
  readonly principal: string;
  /** `SHA256:…` of the signing key. */
  readonly key_fingerprint: string;
}

/** The team's policy was set. The text `policy` of this fact holds it. */
export interface PolicySet {
  readonly kind: 'policy_set';
  readonly version: number;
  readonly sha256: string;
}

/** A person accepted a record whose chain lacks the last head that a machine saw. */
export interface Accepted {
  readonly kind: 'accepted';
  readonly seen_link: number;
  readonly seen_hash: string;
}

/** The time from which writes may be lost, in milliseconds since the epoch by the record's clock. */
export interface LostSpan {
  /** The time of the last link before the loss; with several losses, before the earliest. */
  readonly since: number;
  /** The time when a person last accepted the record. */
  readonly until: number;
}

/** The texts about a customer were erased. Each name of the customer has a fact of its own. */
export interface Erased {
  readonly kind: 'erased';
  readonly customer: string;
  /** From the SHA-256 of each plan that lost the customer's rows to the SHA-256 of the plan without these rows. */
  readonly plans?: Readonly<Record<string, string>> | undefined;
}

export type Fact =
  | Noted
  | Taken
  | Ended
  | Acknowledged
  | BatchBegun
  | BatchEnded
  | Approved
  | PolicySet
  | Accepted
  | Erased;

export type FactKind = Fact['kind'];

/** The texts of facts, which may hold customers' data. The chain has only their SHA-256, so that they can be erased. */
export type TextName = 'request' | 'command' | 'message' | 'answer' | 'results' | 'policy' | 'signatures';

/** A fact that is built field by field. For the rows of a batch, object spreads would take most of the time. */
export type Building<Of extends Fact> = { -readonly [Name in keyof Of]: Of[Name] };

/** A fact to append, with its texts. Texts are kept byte for byte; a field that is `undefined` is dropped. */
export interface NewFact {
  readonly fact: Fact;
  readonly texts?: Readonly<Partial<Record<TextName, string | undefined>>> | undefined;
  /**
   * For `noted`, `taken`, `ended` and `acknowledged`: the sequence number of the key's latest event that the caller read,
   * `null` if the key was unknown. If it differs by now, nothing is appended. `undefined`: not compared.
   */
  readonly after?: number | null | undefined;
  /**
   * For `noted` under a fresh key: the latest event of the equal writes that the caller read, 0 without any. If an equal
   * write without a key set by hand was noted after this event and is open, nothing is appended.
   */
  readonly equalAfter?: number | undefined;
}

export interface EventRow {
  readonly seq: number;
  readonly link: number;
  readonly at: string;
  readonly who: string;
  readonly kind: string;
  readonly key: string;
  readonly attempt: number;
  /** The sequence number of the key's event before this one; 0 for the first. */
  readonly prev: number;
  /** The fact as JSON text, with the SHA-256 of each text under `texts`. */
  readonly body: string;
  /** SHA-256 in hex. */
  readonly hash: string;
}

export interface LinkRow {
  readonly link: number;
  readonly first: number;
  readonly last: number;
  readonly hash: string;
}

/** The last link of an account's chain. Equal heads mean equal records. */
export interface Head {
  /** Number of the link: from 1, one for each transaction; 0 before the first link. */
  readonly link: number;
  /** SHA-256 in hex. */
  readonly hash: string;
}
