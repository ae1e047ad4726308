import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { find } from './machine.mjs';
import { scratchDirectory } from './scratch.mjs';

/** A certificate of this run for 127.0.0.1, signed by itself: the paths of its key and of itself. */
export function createCertificate() {
  const openssl = find('openssl');
  if (openssl === undefined) throw new Error('openssl is not installed.');
  const directory = scratchDirectory('tls');
  const [key, certificate] = ['key.pem', 'certificate.pem'].map((file) => join(directory, file));
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const options = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', certificate];
  execFileSync(openssl, ['req', ...options, ...subject], { stdio: 'pipe' });
  return { key, certificate };
}
