// Writes the plan that repairs the findings, through the same planning as a file, and lists what no plan can repair.
import { rmSync } from 'node:fs';
import { planSigned, type SignedPlanFlags } from '../../batch/approval/sign-plan.ts';
import { MadeRows } from '../../batch/input/made-rows.ts';
import type { MadePlan } from '../../batch/plan/plan-drafting.ts';
import { customerName } from '../../credits/customer.ts';
import { counted } from '../../credits/exact.ts';
import { notApplied } from '../../errors.ts';
import type { Invocation } from '../../runtime/show.ts';
import { noteMadePlan } from '../plan-view.ts';
import type { FoundInLedger } from './ledger-findings.ts';
import { type RepairContext, Repairs } from './repair.ts';

/** Most findings without a repair that are listed one by one. */
const shownMax = 20;

/** The rows of the plan, kept in a file until all ledgers are read. */
export class RepairRows {
  readonly #rows: MadeRows;
  readonly #nameOf: RepairContext['nameOf'];
  readonly #cannot: string[] = [];
  #cannotCount = 0;
  #current: { readonly ledger: string; readonly repairs: Repairs } | undefined;
  /** Sequence number of the newest entry that was read, by ledger. */
  readonly #newest = new Map<string, number>();

  /** @param nameOf name of a field in the user's file */
  constructor(nameOf: RepairContext['nameOf'], runtime: Invocation['runtime']) {
    this.#nameOf = nameOf;
    this.#rows = new MadeRows('reconcile', runtime);
  }

  get count(): number {
    return this.#rows.count;
  }

  /** Adds a finding. The findings of a ledger must come together. */
  add({ finding, ledger }: FoundInLedger): void {
    const { id, customer, currency, newest } = ledger;
    if (id === undefined) return;
    const name = ledgerKey(id, currency);
    if (this.#current?.ledger !== name) {
      this.#current = {
        ledger: name,
        repairs: new Repairs({ ...ledger, customer: { id }, nameOf: this.#nameOf }),
      };
      if (ledger.leftOut !== undefined)
        this.#cannotRepair(
          `the API's list of the ledger of ${customer} in ${currency} is incomplete: ${ledger.leftOut}`,
        );
    }
    // A grant that seems to be missing may only be left out of the API's lists.
    if (ledger.leftOut !== undefined) return;
    const { rows, cannot } = this.#current.repairs.of(finding);
    for (const row of rows) this.#rows.add(row, { customer, line: finding.row?.line });
    if (rows.length > 0) this.#newest.set(name, newest);
    if (cannot === undefined || finding.finding === 'unexpected') return;
    this.#cannotRepair(`line ${finding.row?.line}, ${customer}, ${finding.finding}: ${cannot}`);
  }

  #cannotRepair(why: string): void {
    this.#cannotCount += 1;
    if (this.#cannot.length < shownMax) this.#cannot.push(why);
  }

  /** Number of parts that no plan can repair. */
  get cannotCount(): number {
    return this.#cannotCount;
  }

  end() {
    return this.#rows.end('reconcile', this.#nameOf);
  }

  remove(): void {
    this.#rows.remove();
  }

  /** Says on stderr what the plan does not repair. */
  noteRest({ note }: Pick<Invocation['runtime'], 'note'>): void {
    for (const text of this.#cannot) note({ text: `Not repaired: ${text}`, data: { not_repaired: text } });
    const more = this.#cannotCount - this.#cannot.length;
    if (more > 0)
      note({ text: `and ${counted(more, 'more finding')} like these`, data: { more_not_repaired: more } });
  }

  /** A customer whose ledger changed between its reading and the plan. */
  changedCustomer({ accounts }: MadePlan): string | undefined {
    const moved = accounts.find(({ customer, currency, ledger_sequence_number: number }) => {
      const read = this.#newest.get(ledgerKey(customer.id, currency));
      return read !== undefined && (number ?? Number.NEGATIVE_INFINITY) !== read;
    });
    return moved === undefined ? undefined : customerName(moved.customer);
  }
}

const ledgerKey = (id: string, currency: string): string => JSON.stringify([id, currency]);

/**
 * The content names the batch, so applying a repair again grants nothing twice. Throws as planning does, and a
 * `failure` error, without a plan, if a ledger has changed meanwhile.
 */
export async function planRepair(
  repair: RepairRows,
  { flags: { problems, ...flags }, runtime }: Invocation<SignedPlanFlags & { readonly problems?: string }>,
): Promise<void> {
  const { out = '' } = flags;
  repair.noteRest(runtime);
  if (repair.count === 0) {
    const nothing = repair.cannotCount > 0 ? 'Nothing can be repaired' : 'There is nothing to repair';
    runtime.note({ text: `${nothing}: no plan was written`, data: { planned: null } });
    return;
  }
  const planned = await planSigned(repair.end(), flags, runtime);
  const moved = repair.changedCustomer(planned.made);
  if (moved !== undefined) {
    rmSync(out, { force: true });
    throw notApplied('failure', `The ledger of ${moved} changed while it was compared; no plan was written`, [
      'Run the command again',
    ]);
  }
  noteMadePlan(planned, out, runtime);
}
