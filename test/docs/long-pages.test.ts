// Every block marked `sh run` in the longest pages does what a reader would have it do.
import { testBlocks } from './run-blocks.ts';

testBlocks(['docs/bulk.md', 'docs/reports.md']);
