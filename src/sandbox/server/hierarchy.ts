// Hierarchies of customers: a parent and its children, told on both sides (contract: CustomerHierarchyConfig).

import type { Database } from '../../database/driver.ts';
import type { JsonObject } from '../../wire/json.ts';
import {
  childrenOf,
  customerById,
  customerByOrdinal,
  type StoredCustomer,
  updateCustomer,
} from '../store/customers.ts';
import { objectField, stringsField, textField } from './check.ts';
import type { Hierarchy } from './customer-document.ts';
import { notFound, Problem } from './route.ts';

/** How many customers may be below a parent. Model: they count however they are named (Orb docs). */
const childrenMax = 100;

export function hierarchyOf(database: Database, customer: StoredCustomer): Hierarchy {
  const parent = customer.parent === null ? undefined : customerByOrdinal(database, customer.parent);
  return { parent: parent ?? null, children: childrenOf(database, customer.ordinal) };
}

/**
 * Writes the relationships that a body asks for. Model: children are added to those there are, a parent of null is
 * taken away, and `hierarchy: null` changes nothing.
 * @param fields a checked body @returns the customer with its parent
 * @throws Problem if another customer is unknown, or a hierarchy would have a third level or too many children
 */
export function relate(database: Database, customer: StoredCustomer, fields: JsonObject): StoredCustomer {
  const given = objectField(fields, 'hierarchy');
  if (given === null) return customer;
  const parent = withParent(database, customer, given);
  updateCustomer(database, parent);
  for (const id of stringsField(given, 'child_customer_ids')) adopt(database, parent, id);
  return parent;
}

function withParent(database: Database, customer: StoredCustomer, given: JsonObject): StoredCustomer {
  if (given.parent_customer_id === undefined) return customer;
  const id = textField(given, 'parent_customer_id');
  if (id === null) return { ...customer, parent: null };
  const parent = found(database, id);
  if (parent.ordinal === customer.ordinal) throw outOfPlace(id, 'cannot be its own parent');
  if (parent.parent !== null) throw outOfPlace(id, 'is a child of another customer and cannot be a parent');
  if (childrenOf(database, customer.ordinal).length > 0) {
    throw outOfPlace(customer.id, 'has children and cannot be the child of another customer');
  }
  if (customer.parent !== parent.ordinal) refuseFull(database, parent);
  return { ...customer, parent: parent.ordinal };
}

function adopt(database: Database, parent: StoredCustomer, id: string): void {
  const child = found(database, id);
  if (child.ordinal === parent.ordinal) throw outOfPlace(id, 'cannot be its own child');
  if (parent.parent !== null)
    throw outOfPlace(parent.id, 'is a child of another customer and cannot have any');
  if ((child.parent ?? parent.ordinal) !== parent.ordinal || childrenOf(database, child.ordinal).length > 0) {
    throw outOfPlace(id, 'is already part of another hierarchy');
  }
  if (child.parent === null) refuseFull(database, parent);
  updateCustomer(database, { ...child, parent: parent.ordinal });
}

function refuseFull(database: Database, parent: StoredCustomer): void {
  if (childrenOf(database, parent.ordinal).length < childrenMax) return;
  throw outOfPlace(parent.id, `has ${childrenMax} children and can have no more`);
}

function found(database: Database, id: string): StoredCustomer {
  const customer = customerById(database, id);
  if (customer === undefined) throw notFound('Customer', id);
  return customer;
}

function outOfPlace(id: string, why: string): Problem {
  return new Problem('400-constraint-violation', `Customer ${id} ${why}.`);
}
