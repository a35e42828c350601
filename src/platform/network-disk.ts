// Finds out whether a folder is on a network disk, where this machine's locks fail, or on a disk that does not survive a restart.
import { existsSync, readFileSync, realpathSync, statfsSync } from 'node:fs';
import path from 'node:path';

/** The magic numbers of Linux for file systems over a network (`man 2 statfs`). */
const networkTypes: ReadonlyMap<number, string> = new Map([
  [0x6969, 'nfs'],
  [0x517b, 'smb'],
  [0xff534d42, 'cifs'],
  [0xfe534d42, 'smb2'],
  [0x5346414f, 'afs'],
  [0x6b414653, 'afs'],
  [0x73757245, 'coda'],
  [0x00c36400, 'ceph'],
  [0x0bd00bd0, 'lustre'],
  [0x7461636f, 'ocfs2'],
  [0x01161970, 'gfs2'],
  [0x47504653, 'gpfs'],
  [0x19830326, 'beegfs'],
]);
const fuse = 0x65735546;
/** FUSE file systems that are known to be remote. */
const remoteFuse =
  /^fuse\.(sshfs|s3fs|gcsfuse|goofys|rclone|glusterfs|davfs|blobfuse2?|juicefs|seaweedfs|mount-s3|cephfs|moosefs|curlftpfs)$/;

/** Disks that are deleted with their container, or at a restart of the machine. */
const shortLivedTypes: ReadonlyMap<number, string> = new Map([
  [0x794c7630, 'overlay'],
  [0x61756673, 'aufs'],
  [0x01021994, 'tmpfs'],
  [0x858458f6, 'ramfs'],
]);

/** The questions to the machine about its disks. */
export interface Disks {
  /** The type of a folder's file system. */
  readonly typeOf: (folder: string) => number;
  /** `/proc/self/mounts`; empty if that file does not exist. */
  readonly mounts: () => string;
}

const thisMachine: Disks = {
  typeOf: (folder) => statfsSync(folder).type,
  mounts: () => (existsSync('/proc/self/mounts') ? readFileSync('/proc/self/mounts', 'utf8') : ''),
};

/** The kind of the network disk, such as `nfs`; `undefined` for a disk of this machine. @param folder may not exist yet */
export function networkDiskOf(folder: string, disks: Disks = thisMachine): string | undefined {
  return kindOf(folder, disks, (type, place) =>
    type === fuse ? remoteBehindFuse(place, disks.mounts()) : networkTypes.get(type),
  );
}

/** The kind of a disk without lasting files, such as `overlay`; `undefined` for others. @param folder may not exist yet */
export const shortLivedDiskOf = (folder: string, disks: Disks = thisMachine): string | undefined =>
  kindOf(folder, disks, (type) => shortLivedTypes.get(type));

function kindOf(
  folder: string,
  disks: Disks,
  kind: (type: number, place: string) => string | undefined,
): string | undefined {
  try {
    // A link may lead to another disk.
    const place = realpathSync(nearestThere(folder));
    return kind(disks.typeOf(place) >>> 0, place);
  } catch {
    // A failed question is no error here: opening the file will fail and explain.
    return undefined;
  }
}

/** The folder itself or, if it does not exist, the nearest folder above it. */
function nearestThere(folder: string): string {
  for (let place = folder; ; place = path.dirname(place))
    if (existsSync(place) || place === path.dirname(place)) return place;
}

function remoteBehindFuse(place: string, mounts: string): string | undefined {
  let [longest, kind] = ['', ''];
  for (const line of mounts.split('\n')) {
    const [, point = '', type = ''] = line.split(' ').map(unescaped);
    const isAbove = place === point || place.startsWith(point.endsWith('/') ? point : `${point}/`);
    if (isAbove && point.length >= longest.length) [longest, kind] = [point, type];
  }
  return remoteFuse.test(kind) ? kind : undefined;
}

/** The list of mounts has a space in a name as `\040`. */
const unescaped = (field: string): string =>
  field.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)));
