// Checks the bodies that create and edit a customer field by field (contract: NewCustomer, EditCustomer).

import { realCurrencies } from '../../credits/real-money.ts';
import { isJsonObject, type JsonObject } from '../../wire/json.ts';
import * as check from './check.ts';
import { stringsField } from './check.ts';

/** The most addresses of a customer, the primary one included (contract: NewCustomer.additional_emails). */
const emailsMax = 50;

/** Reads the body of a new customer; returns every problem as a sentence. */
export function readNewCustomer(body: string | undefined): JsonObject | readonly string[] {
  return check.readBody(body, newCustomer, emailProblems);
}

/** Reads the changes to a customer; returns every problem as a sentence. */
export function readCustomerEdit(body: string | undefined): JsonObject | readonly string[] {
  return check.readBody(body, customerEdit, emailProblems);
}

function emailProblems(fields: JsonObject): readonly string[] {
  const count = stringsField(fields, 'additional_emails').length + 1;
  return count > emailsMax ? [`additional_emails: ${count} addresses are more than ${emailsMax}`] : [];
}

const isEmail = (text: string): boolean => !check.isLonger(text, 500) && /^[^\s@]+@[^\s@]+$/.test(text);
const email = check.textThat(isEmail, 'email');
const text = check.nullable(check.string);
const flag = check.nullable(check.boolean);
const address = check.nullable(
  check.shape({
    fields: { line1: text, line2: text, city: text, state: text, postal_code: text, country: text },
    required: [],
    open: true,
  }),
);

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** contract: CustomerTaxId */
const taxIdCountries = words(`
  AD AE AL AM AO AR AT AU AW AZ BA BB BD BE BF BG BH BJ BO BR BS BY CA CD CH CL CM CN CO CR CV CY CZ DE
  DK DO EC EE EG ES ET EU FI FO FR GB GE GI GN GR HK HR HU ID IE IL IN IS IT JP KE KG KH KR KZ LA LI LK
  LT LU LV MA MD ME MK MR MT MX MY NG NL NO NP NZ OM PE PH PL PT PY RO RS RU SA SE SG SI SK SN SR SV TH
  TJ TR TW TZ UA UG US UY UZ VE VN ZA ZM ZW
`);

const taxIdTypes = words(`
  ad_nrt ae_trn al_tin am_tin ao_tin ar_cuit eu_vat au_abn au_arn aw_tin az_tin ba_tin bb_tin bd_bin
  bf_ifu bg_uic bh_vat bj_ifu bo_tin br_cnpj br_cpf bs_tin by_tin ca_bn ca_gst_hst ca_pst_bc ca_pst_mb
  ca_pst_sk ca_qst cd_nif ch_uid ch_vat cl_tin cm_niu cn_tin co_nit cr_tin cv_nif de_stn do_rcn ec_ruc
  eg_tin es_cif et_tin eu_oss_vat fo_vat gb_vat ge_vat gi_tin gn_nif hk_br hr_oib hu_tin id_npwp il_vat
  in_gst is_vat it_cf jp_cn jp_rn jp_trn ke_pin kg_tin kh_tin kr_brn kz_bin la_tin li_uid li_vat lk_vat
  ma_vat md_vat me_pib mk_vat mr_nif mx_rfc my_frp my_itn my_sst ng_tin no_vat no_voec np_pan nz_gst
  om_vat pe_ruc ph_tin pl_nip py_ruc ro_tin rs_pib ru_inn ru_kpp sa_vat sg_gst sg_uen si_tin sn_ninea
  sr_fin sv_nit th_vat tj_tin tr_tin tw_vat tz_vat ua_vat ug_tin us_ein uy_ruc uz_tin uz_vat ve_rif
  vn_tin za_vat zm_tin zw_tin
`);

const taxId = check.nullable(
  check.shape({
    fields: {
      country: check.textThat((code) => taxIdCountries.includes(code), 'country'),
      type: check.textThat((type) => taxIdTypes.includes(type), 'type of tax id'),
      value: check.string,
    },
    required: ['country', 'type', 'value'],
    open: true,
  }),
);

const taxProviders = ['avalara', 'taxjar', 'sphere', 'numeral', 'anrok', 'stripe'];

/** contract: NewTaxConfiguration; only the Avalara object has an additional field. */
const taxConfiguration: check.Check = (value, at) => {
  const isAvalara = isJsonObject(value) && value.tax_provider === 'avalara';
  return check.shape({
    fields: {
      tax_exempt: check.boolean,
      automatic_tax_enabled: flag,
      tax_provider: check.oneOf(taxProviders),
      ...(isAvalara ? { tax_exemption_code: text } : {}),
    },
    required: ['tax_exempt', 'tax_provider'],
  })(value, at);
};

const accountingProvider = check.shape({
  fields: { provider_type: check.oneOf(['quickbooks', 'netsuite']), external_provider_id: check.string },
  required: ['provider_type', 'external_provider_id'],
  open: true,
});

const paymentProvider = check.shape({
  fields: {
    provider_type: check.oneOf(['stripe']),
    excluded_payment_method_types: check.listOf(check.string),
    default_shared_payment_token: text,
  },
  required: ['provider_type'],
  open: true,
});

/** The fields that both bodies may have. */
const common = {
  metadata: check.nullable(check.mapOf(text)),
  external_customer_id: check.nullable(check.name),
  payment_provider_id: text,
  payment_provider: check.nullable(
    check.oneOf(['quickbooks', 'bill.com', 'stripe_charge', 'stripe_invoice', 'netsuite', 'adyen']),
  ),
  shipping_address: address,
  billing_address: address,
  currency: check.nullable(check.textThat((code) => realCurrencies.has(code), 'currency of ISO 4217')),
  tax_id: taxId,
  auto_collection: flag,
  auto_issuance: flag,
  email_delivery: flag,
  tax_configuration: check.nullable(taxConfiguration),
  reporting_configuration: check.nullable(
    check.shape({ fields: { exempt: check.boolean }, required: ['exempt'], open: true }),
  ),
  accounting_sync_configuration: check.nullable(
    check.shape({
      fields: {
        excluded: flag,
        accounting_providers: check.nullable(check.listOf(accountingProvider)),
      },
      required: [],
      open: true,
    }),
  ),
  hierarchy: check.nullable(
    check.shape({
      fields: { parent_customer_id: text, child_customer_ids: check.listOf(check.string) },
      required: [],
      open: true,
    }),
  ),
  payment_configuration: check.nullable(
    check.shape({
      fields: { payment_providers: check.listOf(paymentProvider) },
      required: [],
      open: true,
    }),
  ),
} as const;

const newCustomer = check.shape({
  fields: {
    ...common,
    name: check.name,
    email,
    timezone: text,
    additional_emails: check.nullable(check.listOf(email)),
  },
  required: ['name', 'email'],
});

const distinctEmails: check.Check = (value, at) => {
  const problems = check.listOf(email)(value, at);
  return problems.length > 0 ? problems : check.distinctStrings(value, at);
};

const customerEdit = check.shape({
  fields: {
    ...common,
    name: check.nullable(check.name),
    email: check.nullable(email),
    additional_emails: check.nullable(distinctEmails),
    default_payment_method_id: text,
  },
  required: [],
});
