// The official SDK's types against ours, at compile time: `tsc` fails if a field of ours is not one of theirs.
import type {
  AlertCreateForExternalCustomerParams,
  AlertListParams,
  Alert as SdkAlert,
} from 'orb-billing/resources/alerts';
import type { CreditBlockRetrieveResponse } from 'orb-billing/resources/credit-blocks';
import type { CreditListParams, CreditListResponse } from 'orb-billing/resources/customers/credits/credits';
import type {
  LedgerCreateEntryParams,
  LedgerListParams,
  LedgerListResponse,
  VoidInitiatedLedgerEntry,
} from 'orb-billing/resources/customers/credits/ledger';
import type {
  TopUpCreateByExternalIDParams,
  TopUpCreateParams,
  TopUpListResponse,
} from 'orb-billing/resources/customers/credits/top-ups';
import type {
  CustomerCreateParams,
  CustomerUpdateParams,
  Customer as SdkCustomer,
} from 'orb-billing/resources/customers/customers';
import { expectTypeOf, test } from 'vitest';
import type { AlertDraft } from '../../src/commands/alerts/request.ts';
import type { CustomerDraft } from '../../src/commands/customers/create-request.ts';
import type { EditBodyField } from '../../src/commands/customers/update-request.ts';
import type { topUpFields } from '../../src/commands/topups/request.ts';
import type { Alert, CreditAlertType } from '../../src/credits/alert.ts';
import type {
  BlockSource,
  BlockStatus,
  CreatableEntryType,
  CreditBlock,
  Customer,
  EntryStatus,
  EntryType,
  LedgerEntry,
} from '../../src/credits/customer.ts';
import type { Amount } from '../../src/credits/exact.ts';
import type { TopUp, TopUpExpiryUnit } from '../../src/credits/top-up.ts';
import type { EntryBodyField } from '../../src/requests/entry-draft.ts';

/** What the SDK types as a number or a decimal string is an exact amount here; deep, and everything readonly. */
type Ours<Theirs> = Theirs extends readonly (infer Element)[]
  ? readonly Ours<Element>[]
  : Theirs extends object
    ? { readonly [Field in keyof Theirs]: Ours<Theirs[Field]> }
    : Theirs extends number
      ? Amount | number
      : Theirs extends string
        ? Amount | string
        : Theirs;

/** Ours, but only with the fields that theirs has. */
type Common<Mine, Theirs> = Pick<Mine, keyof Mine & keyof Theirs>;

test('a ledger entry has the fields and types of the official client', () => {
  expectTypeOf<keyof LedgerEntry>().toExtend<keyof VoidInitiatedLedgerEntry>();
  expectTypeOf<Common<LedgerEntry, LedgerListResponse>>().toExtend<
    Common<Ours<Omit<LedgerListResponse, 'entry_type' | 'entry_status' | 'credit_block'>>, LedgerEntry>
  >();
  expectTypeOf<LedgerListResponse['entry_type']>().toEqualTypeOf<EntryType>();
  expectTypeOf<LedgerListResponse['entry_status']>().toEqualTypeOf<EntryStatus>();
});

test('a credit block has the fields and types of the official client', () => {
  expectTypeOf<keyof CreditBlock>().toExtend<keyof CreditListResponse & keyof CreditBlockRetrieveResponse>();
  type Plain = Omit<CreditListResponse, 'status' | 'credit_block_source' | 'filters'>;
  expectTypeOf<Pick<CreditBlock, keyof CreditBlock & keyof Plain>>().toExtend<
    Pick<Ours<Plain>, keyof CreditBlock & keyof Plain>
  >();
  expectTypeOf<CreditListResponse['status']>().toEqualTypeOf<BlockStatus>();
  expectTypeOf<CreditListResponse['credit_block_source']>().toEqualTypeOf<BlockSource>();
});

test('a customer has the fields and types of the official client', () => {
  expectTypeOf<Customer>().toExtend<Pick<Ours<SdkCustomer>, keyof Customer>>();
});

test('the body of each entry type has exactly the fields of the official client', () => {
  expectTypeOf<LedgerCreateEntryParams['entry_type']>().toEqualTypeOf<CreatableEntryType>();
  type BodyField = EntryBodyField;
  type Top = BodyField extends infer Field ? (Field extends `${string}.${string}` ? never : Field) : never;
  type Increment = LedgerCreateEntryParams.AddIncrementCreditLedgerEntryRequestParams;
  type Invoice = NonNullable<Increment['invoice_settings']>;
  type AnyBody<Body = LedgerCreateEntryParams> = Body extends object ? keyof Body : never;
  expectTypeOf<Exclude<AnyBody, 'invoice_settings'>>().toEqualTypeOf<Top>();
  type Settings = BodyField extends infer Field
    ? Field extends `invoice_settings.${infer Name}`
      ? Name
      : never
    : never;
  expectTypeOf<keyof Invoice>().toEqualTypeOf<Settings>();
});

test('the drafts of lists and customers become parameters that the official client knows', () => {
  expectTypeOf<'currency' | 'entry_type' | 'entry_status' | 'minimum_amount' | 'cursor' | 'limit'>().toExtend<
    keyof LedgerListParams
  >();
  expectTypeOf<'currency' | 'include_all_blocks' | 'cursor' | 'limit'>().toExtend<keyof CreditListParams>();
  expectTypeOf<Exclude<keyof CustomerDraft, 'externalId'> | 'external_customer_id'>().toExtend<
    keyof CustomerCreateParams
  >();
});

test('an edit of a customer becomes fields that the official client knows', () => {
  expectTypeOf<EditBodyField>().toExtend<keyof CustomerUpdateParams>();
});

test('a top-up has the fields and types of the official client, and so has the body of a new one', () => {
  expectTypeOf<keyof TopUp>().toEqualTypeOf<keyof TopUpListResponse>();
  expectTypeOf<keyof TopUp['invoice_settings']>().toEqualTypeOf<
    keyof TopUpListResponse['invoice_settings']
  >();
  type Required<Theirs> = { [Field in keyof Theirs]-?: Theirs[Field] };
  expectTypeOf<Omit<TopUp, 'invoice_settings' | 'expires_after_unit'>>().toExtend<
    Ours<Omit<Required<TopUpListResponse>, 'invoice_settings' | 'expires_after_unit'>>
  >();
  expectTypeOf<TopUp['invoice_settings']>().toExtend<Ours<Required<TopUpListResponse['invoice_settings']>>>();
  expectTypeOf<NonNullable<TopUpListResponse['expires_after_unit']>>().toEqualTypeOf<TopUpExpiryUnit>();
  type BodyField = (typeof topUpFields)[keyof typeof topUpFields]['body'];
  type Top = BodyField extends infer Field ? (Field extends `${string}.${string}` ? never : Field) : never;
  type Settings = BodyField extends infer Field
    ? Field extends `invoice_settings.${infer Name}`
      ? Name
      : never
    : never;
  expectTypeOf<Top | 'expires_after_unit' | 'invoice_settings'>().toEqualTypeOf<keyof TopUpCreateParams>();
  expectTypeOf<keyof TopUpCreateByExternalIDParams>().toEqualTypeOf<keyof TopUpCreateParams>();
  expectTypeOf<Settings>().toEqualTypeOf<keyof TopUpCreateParams['invoice_settings']>();
});

test('an alert has the fields and types of the official client, and so has the body of a new one', () => {
  expectTypeOf<keyof Alert>().toExtend<keyof SdkAlert>();
  type Rest = Omit<Alert, 'type' | 'balance_alert_status'>;
  expectTypeOf<Rest>().toExtend<Pick<Ours<SdkAlert>, keyof Rest>>();
  type Status = NonNullable<SdkAlert['balance_alert_status']>[number];
  expectTypeOf<NonNullable<Alert['balance_alert_status']>[number]>().toExtend<Ours<Status>>();
  expectTypeOf<AlertCreateForExternalCustomerParams['type']>().toEqualTypeOf<CreditAlertType>();
  expectTypeOf<Exclude<keyof AlertDraft, 'threshold'> | 'thresholds'>().toEqualTypeOf<
    keyof AlertCreateForExternalCustomerParams
  >();
  expectTypeOf<'customer_id' | 'external_customer_id' | 'cursor' | 'limit'>().toExtend<
    keyof AlertListParams
  >();
});
