// The invoice that charged for a credit block, in short (contract: InvoiceMinified).

export interface BlockInvoice {
  readonly id: string;
  readonly invoice_number: string;
  /** `issued`, `paid`, `synced`, `void` or `draft`. */
  readonly status: string;
  readonly customer: { readonly id: string; readonly external_customer_id: string | null };
  readonly subscription: { readonly id: string } | null;
}
