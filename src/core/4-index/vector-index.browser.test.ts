import { flatModes } from './flat-modes.fixture.ts';
import { vectorIndexes } from './registry.ts';
import { vectorIndexContract } from './vector-index.contract.ts';

for (const line of [...vectorIndexes.lines, ...flatModes]) vectorIndexContract(line);
