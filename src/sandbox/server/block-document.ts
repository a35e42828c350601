// Builds the API document of a credit block (contract: CustomerCreditBalance, CreditBlock).
import { formatInstant, type Instant } from '../../credits/exact.ts';
import { type JsonObject, jsonNumber } from '../../wire/json.ts';
import type { Block } from '../ledger/model.ts';
import type { BlockMetadata } from '../store/block-metadata.ts';
import type { BlockFacts } from '../store/entries.ts';

/**
 * Model: whether an increment copies its metadata to the block is not stated; it does not (contract: numbers).
 * @param metadata the block's metadata in the account that it was copied from
 */
export function blockDocument(block: Block, metadata: BlockMetadata = {}): JsonObject {
  return {
    metadata,
    id: block.id,
    balance: jsonNumber(block.balance),
    effective_date: formatInstant(block.effectiveAt),
    expiry_date: instantOrNull(block.expiresAt),
    per_unit_cost_basis: block.costBasis,
    status: block.status,
    maximum_initial_balance: jsonNumber(block.initial),
    filters: filterDocuments(block),
    credit_block_source: block.source,
    credit_allocation: null,
    credit_commitment: null,
  };
}

/** The block as an entry shows it, without its balance (contract: AffectedBlock). */
export function affectedBlockDocument(block: BlockFacts): JsonObject {
  return {
    id: block.id,
    expiry_date: instantOrNull(block.expiresAt),
    per_unit_cost_basis: block.costBasis,
    filters: filterDocuments(block),
  };
}

export function instantOrNull(at: Instant | null): string | null {
  return at === null ? null : formatInstant(at);
}

function filterDocuments({ filters }: BlockFacts): readonly JsonObject[] {
  return filters.map(({ field, operator, values }) => ({ field, operator, values }));
}
