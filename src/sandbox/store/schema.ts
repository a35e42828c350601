// Lists the schema steps of the embedded ledger in order, and sets the version of a file.

import type { Database } from '../../database/driver.ts';
import { blockMetadataTables } from './block-metadata.ts';
import { addCeilings } from './ceilings.ts';
import { firstTables } from './first-tables.ts';
import { ingestTables } from './ingest-tables.ts';
import { operationsTables } from './operations-tables.ts';
import { overageTables } from './overage-tables.ts';
import { paymentTables } from './payment-tables.ts';
import { addResources, awaitedBlocks } from './resource-tables.ts';
import { soonestTables } from './soonest-tables.ts';
import { deliveryLines, webhookTables } from './webhook-tables.ts';

/**
 * Upgrades a file from one version to the next, within a transaction that the caller opens.
 * A released step is never changed: files made by it exist.
 */
export type SchemaStep = (database: Database) => void;

/** A file of version n has run the first n steps. Add a new step at the end. */
const steps: readonly SchemaStep[] = [
  (database) => database.exec(firstTables), // 1
  addResources, // 2
  (database) => database.exec(operationsTables), // 3
  addCeilings, // 4
  (database) => database.exec(webhookTables), // 5
  (database) => database.exec(paymentTables), // 6
  (database) => database.exec(ingestTables), // 7
  (database) => database.exec(overageTables), // 8
  (database) => database.exec(blockMetadataTables), // 9
  (database) => database.exec(awaitedBlocks), // 10
  (database) => database.exec(soonestTables), // 11
  (database) => database.exec(deliveryLines), // 12
];

/** Stored in the file's `user_version`; a program opens no file of a newer version. */
export const schemaVersion = steps.length;

/** Creates or upgrades the tables of an older file; version 0 is an empty file. Call it within `database.write`. */
export function upgrade(database: Database, version: number): void {
  for (const step of steps.slice(version)) step(database);
  database.exec(`PRAGMA user_version=${schemaVersion}`);
}
