// Refuses the operations of Orb that the embedded ledger does not have as features that are not available.
import { RequestProblem } from './answers.ts';

/** Operations by the first segment of their path; `{}` stands for any one segment (Orb docs: API reference). */
const operations: Readonly<Record<string, string>> = {
  alerts: 'POST subscription_id/{}',
  coupons: 'POST|GET|GET {}|POST {}/archive|GET {}/subscriptions',
  credit_notes: 'POST',
  customers:
    'GET {}/costs|POST {}/portal_sessions|POST {}/sync_payment_methods_from_gateway|' +
    'GET external_customer_id/{}/costs|POST external_customer_id/{}/portal_sessions|' +
    'POST external_customer_id/{}/sync_payment_methods_from_gateway',
  dimensional_price_groups:
    'POST|GET|GET {}|PUT {}|GET external_dimensional_price_group_id/{}|PUT external_dimensional_price_group_id/{}',
  events:
    'POST backfills|GET backfills|GET backfills/{}|POST backfills/{}/close|POST backfills/{}/revert|POST search|' +
    'GET volume|PUT {}|PUT {}/deprecate',
  invoice_line_items: 'POST',
  invoices:
    'POST|PUT {}|GET summary|GET upcoming|POST summary/{}/issue|DELETE {}/invoice_line_items/{}|' +
    'POST {}/regenerate_invoice_pdf|POST {}/regenerate_receipt_pdf',
  items: 'POST|PUT {}|POST {}/archive',
  license_types: 'POST|GET|GET {}',
  licenses:
    'POST|GET|GET {}|GET usage|GET {}/usage|POST {}/deactivate|GET external_license_id/{}|GET external_licenses/{}/usage',
  metrics: 'POST|GET|GET {}|PUT {}',
  plans:
    'POST|GET|GET {}|PUT {}|GET external_plan_id/{}|PUT external_plan_id/{}|POST {}/versions|GET {}/versions/{}|' +
    'POST {}/set_default_version|POST external_plan_id/{}/versions|GET external_plan_id/{}/versions/{}|' +
    'POST external_plan_id/{}/set_default_version|GET {}/migrations|GET {}/migrations/{}|POST {}/migrations/{}/cancel',
  prices:
    'POST|GET|GET {}|PUT {}|GET external_price_id/{}|PUT external_price_id/{}|POST evaluate|' +
    'POST evaluate_preview_events|POST {}/evaluate',
  subscription_changes: 'GET|GET {}|POST {}/apply|POST {}/cancel',
  subscriptions:
    'POST|GET|GET {}|PUT {}|POST {}/cancel|GET {}/costs|POST {}/price_intervals|POST {}/redeem_coupon|' +
    'GET {}/schedule|POST {}/schedule_plan_change|POST {}/trigger_phase|POST {}/unschedule_cancellation|' +
    'POST {}/unschedule_fixed_fee_quantity_updates|POST {}/unschedule_pending_plan_changes|' +
    'POST {}/update_fixed_fee_quantity|POST {}/update_trial|GET {}/usage',
};

/** The refusal of a request without a route; `undefined` if Orb has no such path either. */
export function notModelled(method: string, path: string): RequestProblem | undefined {
  const [, first = '', ...segments] = path.split('/');
  const known = Object.hasOwn(operations, first) ? operations[first] : undefined;
  if (known?.split('|').some((operation) => fits(operation, method, segments)) !== true) return undefined;
  return unavailable(`${method} ${path}`);
}

/** @param operation method and path */
export function unavailable(operation: string): RequestProblem {
  return new RequestProblem(
    '404-feature-not-available',
    `Orb has ${operation}, but the embedded ledger does not. Its documentation lists what it has.`,
  );
}

function fits(operation: string, method: string, segments: readonly string[]): boolean {
  const [ownMethod, ownPath = ''] = operation.split(' ');
  const own = ownPath === '' ? [] : ownPath.split('/');
  return (
    ownMethod === method &&
    own.length === segments.length &&
    own.every((part, index) => part === segments[index] || (part === '{}' && segments[index] !== ''))
  );
}
