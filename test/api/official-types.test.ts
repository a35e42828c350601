// The official SDK's types against ours, at compile time: `tsc` fails if a field of ours is not one of theirs.
import type { CreditBlockRetrieveResponse } from 'orb-billing/resources/credit-blocks';
import type { CreditListParams, CreditListResponse } from 'orb-billing/resources/customers/credits/credits';
import type {
  LedgerCreateEntryParams,
  LedgerListParams,
  LedgerListResponse,
  VoidInitiatedLedgerEntry,
} from 'orb-billing/resources/customers/credits/ledger';
import type {
  CustomerCreateParams,
  CustomerUpdateParams,
  Customer as SdkCustomer,
} from 'orb-billing/resources/customers/customers';
import { expectTypeOf, test } from 'vitest';
import type { Amount } from '../../src/credits/amount.ts';
import type { BlockSource, BlockStatus, CreditBlock } from '../../src/credits/block.ts';
import type { Customer } from '../../src/credits/customer.ts';
import type { CreatableEntryType, EntryStatus, EntryType, LedgerEntry } from '../../src/credits/entry.ts';
import type { EditBodyField } from '../../src/requests/customer-edit.ts';
import type { CustomerDraft } from '../../src/requests/customer-request.ts';
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
