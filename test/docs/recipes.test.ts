// Every block marked `sh run` in the recipes does what a reader would have it do.
import { testBlocks } from './run-blocks.ts';

testBlocks(['docs/recipes.md']);
