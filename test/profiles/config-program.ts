// A program of its own: saves a setting of ten profiles, one after the other.
import { saveSetting } from '../../src/profiles/config-store.ts';

const [folder = '', name = ''] = process.argv.slice(2);
for (let index = 0; index < 10; index += 1) saveSetting(folder, `${name}${index}`, ['mode', 'test']);
