// Whether a folder lies on the disk of another machine, or on one that does not last.
import { mkdirSync, symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { networkDiskOf, shortLivedDiskOf } from '../../src/platform/network-disk.ts';
import { temporaryFolder } from '../sandbox/sandbox-at.ts';

const mounts = [
  'proc /proc proc rw 0 0',
  'overlay / overlay rw 0 0',
  'me@host: /usr fuse.sshfs rw 0 0',
  '/dev/x /usr/bin fuse.ntfs rw 0 0',
].join('\n');

test.each([
  ['/tmp', 0x6969, 'nfs'],
  ['/tmp', 0xff534d42 | 0, 'cifs'],
  ['/tmp', 0xef53, undefined],
  ['/usr/state', 0x65735546, 'fuse.sshfs'],
  ['/usr/bin/state', 0x65735546, undefined],
  ['/usr-too', 0x65735546, undefined],
])('%s of type %i is %s', (folder, type, kind) => {
  expect(networkDiskOf(folder, { typeOf: () => type, mounts: () => mounts })).toBe(kind);
});

test.each([
  [0x794c7630, 'overlay'],
  [0x01021994, 'tmpfs'],
  [0x858458f6 | 0, 'ramfs'],
  [0xef53, undefined],
  [0x6969, undefined],
])('a disk of type %i goes with its container or the next start as %s', (type, kind) => {
  expect(shortLivedDiskOf('/tmp', { typeOf: () => type, mounts: () => mounts })).toBe(kind);
});

test('the disk of a folder that is not there yet is that of the nearest one above it', () => {
  const asked: string[] = [];
  networkDiskOf('/tmp/not-there/at/all', {
    typeOf: (folder) => {
      asked.push(folder);
      return 0;
    },
    mounts: () => '',
  });
  expect(asked).toEqual(['/tmp']);
});

test('a link to a remote disk is that disk, also where its name has a space', () => {
  const folder = temporaryFolder();
  mkdirSync(`${folder}/my disk`);
  symlinkSync(`${folder}/my disk`, `${folder}/state`);
  const remote = `${mounts}\nme@host: ${folder}/my\\040disk fuse.sshfs rw 0 0`;
  const disks = { typeOf: () => 0x65735546, mounts: () => remote };
  for (const name of ['my disk', 'state', 'state/not-there'])
    expect(networkDiskOf(`${folder}/${name}`, disks), name).toBe('fuse.sshfs');
});

test('a disk that cannot be asked is no network disk', () => {
  const typeOf = (): number => {
    throw new Error('EACCES');
  };
  expect(networkDiskOf('/tmp', { typeOf, mounts: () => '' })).toBeUndefined();
});
