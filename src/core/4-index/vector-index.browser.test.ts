import { vectorIndexes } from './registry.ts';
import { vectorIndexContract } from './vector-index.contract.ts';

for (const line of vectorIndexes.lines) vectorIndexContract(line);
