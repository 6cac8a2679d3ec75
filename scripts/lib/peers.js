// The real programs that the tests talk to. Installed through apt where that is possible, otherwise named.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { must, say } from './setup.js';

const PEERS = [
  { package: 'dcmtk', program: '/usr/bin/storescu' },
  { package: 'dicom3tools', program: '/usr/bin/dciodvfy' },
  { package: 'orthanc', program: '/usr/sbin/Orthanc' },
  { package: 'orthanc-dicomweb', program: '/usr/share/orthanc/plugins/libOrthancDicomWeb.so' },
  { package: 'python3-pydicom', program: '/usr/lib/python3/dist-packages/pydicom/__init__.py' },
  { package: 'python3-numpy', program: '/usr/lib/python3/dist-packages/numpy/__init__.py' },
  { package: 'python3-odil', program: '/usr/lib/python3/dist-packages/odil/__init__.py' },
  { package: 'postgresql', program: '/usr/share/doc/postgresql' },
  { package: 'libgdcm-tools', program: '/usr/bin/gdcmconv' },
  { package: 'elastix', program: '/usr/bin/elastix' },
  { package: 'plastimatch', program: '/usr/bin/plastimatch' },
  { package: 'poppler-utils', program: '/usr/bin/pdftoppm' },
  { package: 'xz-utils', program: '/usr/bin/xz' },
  { package: 'chromium', program: '/usr/bin/chromium' },
  { package: 'libgl1-mesa-dri', program: '/usr/share/doc/libgl1-mesa-dri' },
  { package: 'libegl1', program: '/usr/share/doc/libegl1' },
];

export function ensurePeers() {
  const missing = PEERS.filter((peer) => !existsSync(peer.program)).map((peer) => peer.package);
  if (missing.length === 0) return;
  const debian = existsSync('/etc/os-release') && /\bdebian\b/.test(readFileSync('/etc/os-release', 'utf8'));
  if (!debian || process.getuid?.() !== 0) {
    say(`peer programs missing, their tests will be skipped by name: apt-get install ${missing.join(' ')}`);
    return;
  }
  say(`installing peer programs (apt-get install ${missing.join(' ')})`);
  spawnSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 2, 2] });
  // Packaged servers must not start themselves: the tests start what they need, on loopback.
  must('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
  });
}
