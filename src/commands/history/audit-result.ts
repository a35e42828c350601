// What an audit found, and the failure that says so.
import { parseCustomerRef } from '../../credits/customer.ts';
import { CreditctlError, flagArgs, shellText } from '../../errors.ts';
import type { AuditFinding } from '../../record/audit.ts';
import { ledgerLine } from '../../requests/command-args.ts';
import type { Ledger } from '../every-ledger.ts';

/** From the name of a customer to the currencies of ledgers. */
type LedgerNames = Map<string, Set<string>>;

export class AuditResult {
  readonly #account: string | undefined;
  readonly #found: LedgerNames = new Map();
  readonly #broken: LedgerNames = new Map();
  #count = 0;
  #isForeign = false;
  #isRecorded = false;
  #isOpen = false;
  #firstBreak: string | undefined;
  #unread: string | undefined;

  /** @param account the value of `--account`, for the next command lines */
  constructor(account: string | undefined) {
    this.#account = account;
  }

  add({ finding, isOpen, customer, currency }: AuditFinding): void {
    this.#count += 1;
    this.#isForeign ||= finding === 'not_in_record';
    this.#isRecorded ||= finding !== 'not_in_record';
    this.#isOpen ||= isOpen;
    addTo(this.#found, customer, currency);
  }

  /** Adds a ledger that does not add up. @param what a sentence on where */
  addBreak({ name, currency }: Ledger, what: string): void {
    this.#firstBreak ??= `${name}, ${currency}: ${what}`;
    addTo(this.#broken, name, currency);
  }

  /** Adds a part of the record that could not be read, so that ledgers may be left out. */
  addUnread(why: string): void {
    this.#unread ??= why;
  }

  /** A `check-failed` error; `undefined` if ledger and record agree, as far as both could be read. */
  failure(): CreditctlError | undefined {
    const differences = [
      ...(this.#count === 0 ? [] : [`The ledger and the record differ; findings: ${this.#count}`]),
      ...(this.#firstBreak === undefined
        ? []
        : [`A ledger does not add up, so it may not be whole: ${this.#firstBreak}`]),
      ...(this.#unread === undefined ? [] : [`A ledger may be left out: ${this.#unread}`]),
    ];
    if (differences.length === 0) return undefined;
    return new CreditctlError('check-failed', differences.join('. '), { next: this.#next() });
  }

  #next(): readonly string[] {
    const writes = [
      this.#inAccount('See a write: creditctl history show <key>'),
      ...(this.#isOpen ? ['Settle what is open: creditctl history settle'] : []),
    ];
    const verify = linesFor(this.#broken, 'See where it breaks: creditctl ledger verify <customer>');
    return [
      ...(this.#isRecorded
        ? writes
        : linesFor(this.#found, 'See the entries: creditctl ledger list <customer>')),
      ...(this.#isForeign
        ? [
            'To take back what others wrote without creditctl: creditctl blocks void, or blocks amend',
            'To leave findings out that you know: --since <date>',
          ]
        : []),
      ...verify.map((line) => line.replace('<customer>', '--all')),
      ...(this.#unread === undefined
        ? []
        : [this.#inAccount('See what was changed: creditctl history verify')]),
    ];
  }

  #inAccount(line: string): string {
    return [line, ...flagArgs('--account', this.#account).map((word) => shellText([word]))].join(' ');
  }
}

const addTo = (ledgers: LedgerNames, customer: string, currency: string): void =>
  void ledgers.set(customer, (ledgers.get(customer) ?? new Set()).add(currency));

/** The command line for each currency, of the customer if there is only one. */
function linesFor(ledgers: LedgerNames, line: string): readonly string[] {
  const [customer] = ledgers.size === 1 ? ledgers.keys() : [];
  const ref = customer === undefined ? undefined : parseCustomerRef(customer);
  const currencies = new Set([...ledgers.values()].flatMap((each) => [...each]));
  return [...currencies].map((currency) => ledgerLine(line, ref, currency));
}
