// Finds out how this program was installed, and so how to update it and where its manual is.
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { ok, type Verdict } from './finding.ts';

export interface StartedFile {
  readonly file: string;
  /** The program and its Node in one file. */
  readonly isExecutable: boolean;
}

interface Installation {
  readonly by: string;
  readonly update: string;
  readonly manual: string;
}

/** No kind of installation is wrong, so the verdict only informs. Throws if the file cannot be read. */
export function installationVerdict({ file, isExecutable }: StartedFile): Verdict {
  const real = realpathSync(file);
  const place = isExecutable ? real : path.dirname(path.dirname(real));
  const { by, update, manual } = isExecutable ? oneFile : installationIn(place);
  return ok(`${by}: ${place}. Update: ${update}. Manual: ${manual}`);
}

const oneFile: Installation = {
  by: 'single executable',
  update: 'put the file of a newer release in its place',
  manual: 'creditctl help',
};

/** @param root the folder of the package, without links in its path */
function installationIn(root: string): Installation {
  const manual = `man ${path.join(root, 'man', 'creditctl.1')}`;
  const modules = path.dirname(root);
  const owner = path.dirname(modules);
  if (path.basename(modules) !== 'node_modules')
    return existsSync(path.join(root, '.git'))
      ? { by: 'clone', update: 'git pull && npm install', manual }
      : { by: 'folder', update: 'put the files of a newer release in its place', manual };
  if (path.basename(path.dirname(owner)) === '_npx')
    return {
      by: 'npx',
      update: 'npx creditctl@latest. To start faster: npm install --global creditctl',
      manual,
    };
  if (existsSync(path.join(owner, 'package.json')))
    return { by: 'npm, for one project', update: `npm install --prefix ${owner} creditctl@latest`, manual };
  return { by: 'npm, global', update: 'npm install --global creditctl@latest', manual: 'man creditctl' };
}
