// A name that nothing else has: of an append, so that it is found again after its answer was lost, and of a kept plan.
import { randomUUID } from 'node:crypto';

export const uniqueId = (): string => randomUUID();
