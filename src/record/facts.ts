// The facts that a record keeps: what was going to be written, how it ended, and what was decided about writes. Pure.

/** A decimal text, such as `12.5`: credits of one currency, exact. */
export type Decimal = string;

/** Where a write is on its way. `noted` is on the disk and may have left. */
export type WriteState = 'noted' | 'settled' | 'refused' | 'unknown' | 'absent' | 'unsent';

/** Whether a write may or may not have been applied, as far as the record knows. */
export const isOpen = ({ state }: { readonly state: WriteState }): boolean =>
  state === 'noted' || state === 'unknown';

/** A process of a machine, as a fact keeps it. */
export interface FactRunner {
  /** Identifies a machine, boot and container. */
  readonly machine: string;
  readonly pid: number;
  /** When the process started, in the machine's own unit. */
  readonly started?: string;
}

/** Who does something, beside the person that the record itself stamps. Counts for no rule. */
export interface FactAuthor {
  readonly os_user: string;
  readonly host: string;
  /** `CREDITCTL_ACTOR`: a CI job, an agent, a ticket. */
  readonly actor?: string | undefined;
}

/** What may move money is counted against the caps of a day when it is noted. */
export interface Reservation {
  /** The API's own id where it is known, else the customer as the request names it; one spelling for one customer. */
  readonly customer: string;
  readonly currency: string;
  /** The customer's day, `2026-11-27`; on an embedded ledger by its clock. */
  readonly day: string;
  /** Credits, above 0: only increments and amendments reserve any. */
  readonly amount: Decimal;
}

/** A process has a write under way. A row of a batch takes author and runner from its run. */
interface Held {
  readonly key: string;
  /** Counts from 1: a key that was refused, absent or unsent begins a new attempt. */
  readonly attempt: number;
  /** For how long no other process takes the write over, in milliseconds by the record's clock. */
  readonly lease_ms: number;
  readonly author?: FactAuthor | undefined;
  readonly runner?: FactRunner | undefined;
  readonly run?: number | undefined;
}

/** Written before the request leaves. A row of a batch takes its command from its run, too. */
export interface Noted extends Held {
  readonly kind: 'noted';
  /** Equal for equal requests of one account; none for rows of a batch, which are known by their key alone. */
  readonly fingerprint?: string | undefined;
  /** The key was set by hand. */
  readonly named?: true | undefined;
  readonly method: string;
  /** The customer as people name it: the external id, or `id:…`. Of a write to an invoice, alert or block, its owner. */
  readonly customer?: string | undefined;
  readonly reserves?: Reservation | undefined;
  /** The batch and the row's number in its plan. */
  readonly batch?: string | undefined;
  readonly row?: number | undefined;
  /** The key of the write that this one takes back, and how many further writes take parts of it back after this. */
  readonly undoes?: string | undefined;
  readonly to_follow?: number | undefined;
  /** Who signed for it: principals of the signers file. */
  readonly approved_by?: readonly string[] | undefined;
  /** SHA-256 of the policy of the record that was in force. */
  readonly policy?: string | undefined;
  /** The embedded ledger's time, RFC 3339: there the age of a key counts by it. */
  readonly ledger_at?: string | undefined;
  /** The hash of the API key that began it; only under that key is it sent again. None for an embedded ledger. */
  readonly api_key?: string | undefined;
}

/** A process takes an open write for its own, before it looks for it or sends it again. */
export interface Taken extends Held {
  readonly kind: 'taken';
}

/** How an attempt ended. `absent`: the ledger was searched for it in vain. `unsent`: it never left. */
export interface Ended {
  readonly kind: 'ended';
  readonly key: string;
  readonly attempt: number;
  readonly state: Exclude<WriteState, 'noted'>;
  readonly status?: number | undefined;
  readonly request_id?: string | undefined;
  readonly replayed?: true | undefined;
  /** The document was found in the ledger and was not the answer to the write. */
  readonly found?: true | undefined;
  /** Of the entry that was made, as the API gave it. */
  readonly entry?: string | undefined;
  readonly block?: string | undefined;
  readonly amount?: Decimal | undefined;
  readonly starting_balance?: Decimal | undefined;
  readonly ending_balance?: Decimal | undefined;
}

/** The outcome was reported: the last thing before the process ended. */
export interface Acknowledged {
  readonly kind: 'acknowledged';
  readonly key: string;
  readonly attempt: number;
}

/** A run of a batch begins. */
export interface BatchBegun {
  readonly kind: 'batch_begun';
  readonly batch: string;
  /** Counts the runs of this batch from 1. Each number is there once: of two that begin it, one gets a conflict. */
  readonly run: number;
  /** SHA-256 of the plan's bytes. */
  readonly plan: string;
  readonly rows: number;
  readonly undo?: true | undefined;
  readonly lease_ms: number;
  readonly author: FactAuthor;
  readonly runner: FactRunner;
  readonly approved_by?: readonly string[] | undefined;
  readonly policy?: string | undefined;
  /** As in `Noted`, for all rows of the run. */
  readonly api_key?: string | undefined;
}

/** A run of a batch ends in good order. */
export interface BatchEnded {
  readonly kind: 'batch_ended';
  readonly batch: string;
  readonly run: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly unknown: number;
  readonly unprocessed: number;
}

/** A person signed a plan; noted when the plan is applied. */
export interface Approved {
  readonly kind: 'approved';
  readonly plan: string;
  readonly principal: string;
  /** `SHA256:…` of the signing key. */
  readonly key_fingerprint: string;
}

/** The team's policy was set; its text lies beside the chain under the name `policy`. */
export interface PolicySet {
  readonly kind: 'policy_set';
  readonly version: number;
  readonly sha256: string;
}

/** A record that does not hold the last head that was seen was accepted as it is. */
export interface Accepted {
  readonly kind: 'accepted';
  readonly seen_link: number;
  readonly seen_hash: string;
}

/** A span of time, by the record's clock: in milliseconds since the epoch. */
export interface LostSpan {
  /** Of the last link before anything was lost; of several losses, the earliest. */
  readonly since: number;
  /** When the record was last accepted as it is. */
  readonly until: number;
}

/** The texts about a customer were emptied; a fact for each name that the customer goes by. */
export interface Erased {
  readonly kind: 'erased';
  readonly customer: string;
  /** The plans that lost the customer's rows: the SHA-256 of what is left of each, by the plan's own. */
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

/** The texts that lie beside the chain, which covers their SHA-256: what customers and operators wrote. */
export type TextName = 'request' | 'command' | 'message' | 'answer' | 'results' | 'policy' | 'signatures';

/** A fact that is built field by field: for each row of a batch, spreads would cost more than all else. */
export type Building<Of extends Fact> = { -readonly [Name in keyof Of]: Of[Name] };

/** A fact with its texts, as it is handed to the record. Texts are kept byte for byte, a field that is `undefined` is not. */
export interface NewFact {
  readonly fact: Fact;
  readonly texts?: Readonly<Partial<Record<TextName, string | undefined>>> | undefined;
  /**
   * For `noted`, `taken`, `ended` and `acknowledged`: the sequence number of the key's latest event when the caller
   * looked, `null` if the key was not known. Where it differs by now, nothing is appended. `undefined`: not compared.
   */
  readonly after?: number | null | undefined;
  /**
   * For `noted` under a fresh key: the latest event of the equal writes that the caller has seen, 0 where there were none.
   * Where an equal write without a key of its own was noted after it and is open, nothing is appended.
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
  /** In hex. */
  readonly hash: string;
}

export interface LinkRow {
  readonly link: number;
  readonly first: number;
  readonly last: number;
  readonly hash: string;
}

/** How far the chain of an account goes. Equal heads mean equal records. */
export interface Head {
  /** Counts the links from 1, one a transaction; 0 before the first. */
  readonly link: number;
  /** SHA-256 in hex. */
  readonly hash: string;
}
