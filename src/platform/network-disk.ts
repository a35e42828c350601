// Whether a folder lies on the disk of another machine, where locks of this one do not hold.
import { existsSync, readFileSync, statfsSync } from 'node:fs';
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
/** Behind FUSE there may be anything; these are known to be elsewhere. */
const remoteFuse =
  /^fuse\.(sshfs|s3fs|gcsfuse|goofys|rclone|glusterfs|davfs|blobfuse2?|juicefs|seaweedfs|mount-s3|cephfs|moosefs|curlftpfs)$/;

/** What it asks the machine. */
export interface Disks {
  /** The type of the file system that a folder lies on. */
  readonly typeOf: (folder: string) => number;
  /** `/proc/self/mounts`; empty where there is none. */
  readonly mounts: () => string;
}

const thisMachine: Disks = {
  typeOf: (folder) => statfsSync(folder).type,
  mounts: () => (existsSync('/proc/self/mounts') ? readFileSync('/proc/self/mounts', 'utf8') : ''),
};

/** The kind of the network disk, such as `nfs`; `undefined` for a disk of this machine. @param folder may not exist yet */
export function networkDiskOf(folder: string, disks: Disks = thisMachine): string | undefined {
  const place = nearestThere(folder);
  try {
    const type = disks.typeOf(place) >>> 0;
    return type === fuse ? remoteBehindFuse(place, disks.mounts()) : networkTypes.get(type);
  } catch {
    // What cannot be asked is found out, and said, when the file is opened.
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
    const [, point = '', type = ''] = line.split(' ');
    const isAbove = place === point || place.startsWith(point.endsWith('/') ? point : `${point}/`);
    if (isAbove && point.length >= longest.length) [longest, kind] = [point, type];
  }
  return remoteFuse.test(kind) ? kind : undefined;
}
