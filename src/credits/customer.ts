// The customer: who holds credits, and in which time zone their days begin (contract: Customer).

/** The fields of a customer that this tool works with; names are the API's. */
export interface Customer {
  readonly id: string;
  readonly external_customer_id: string | null;
  readonly name: string;
  readonly email: string;
  /** IANA zone; fixed when the customer is created (Orb docs: time zones). */
  readonly timezone: string;
  /** Invoicing currency, ISO 4217; `null` until it is first needed. */
  readonly currency: string | null;
  readonly created_at: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Whether a customer's ids, name or e-mail hold a text, in whichever case. */
export function holdsText({ id, external_customer_id, name, email }: Customer, text: string): boolean {
  const wanted = text.toLowerCase();
  return [id, external_customer_id ?? '', name, email].some((field) => field.toLowerCase().includes(wanted));
}
