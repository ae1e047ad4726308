import { signInAtGateway, startGateway, startGatewayOnRedis } from './gateway.mjs';
import { SUBJECT_CORE } from './machine.mjs';
import { startNginx } from './nginx.mjs';
import { startServer } from './processes.mjs';
import { signIn } from './sign-in.mjs';

const SIGN_INS_AT_ONCE = 8;

/**
 * What is measured. `identify` gives the headers of a caller who may call: those without sessions are handed the token
 * and pass it on, the others are handed a cookie and put the token in its place.
 */
export const SUBJECTS = [
  { name: 'gateway', title: 'this gateway', start: startGateway, identify: signInAtGateway, sessions: true },
  {
    name: 'gateway-redis',
    title: 'this gateway, sessions in Redis',
    start: startGatewayOnRedis,
    identify: signInAtGateway,
    sessions: true,
  },
  { name: 'raw', title: 'node:http + undici request, piped', start: peer('raw.mjs'), identify: bearer },
  { name: 'fastify', title: '@fastify/http-proxy', start: peer('fastify-http-proxy.mjs'), identify: bearer },
  { name: 'express', title: 'express + http-proxy-middleware', start: peer('express-proxy.mjs'), identify: bearer },
  {
    name: 'express-session',
    title: 'express-session + http-proxy-middleware',
    start: peer('express-session.mjs'),
    identify: async ({ url }) => ({ Cookie: await signIn(`${url}/login`) }),
    sessions: true,
  },
  {
    name: 'express-openid',
    title: 'express-openid-connect + http-proxy-middleware',
    start: peer('express-openid-connect.mjs'),
    identify: async ({ url }) => ({ Cookie: await signIn(`${url}/login`) }),
    sessions: true,
  },
  { name: 'nginx', title: 'nginx proxy_pass', start: startNginx, identify: bearer },
];

/** This build of the gateway, and the one of `--against` if there is one. */
export function buildsOf(against) {
  const builds = [{ title: 'this gateway', project: undefined }];
  return against === undefined ? builds : [...builds, { title: titleOf(against), project: against }];
}

/** Another build of the gateway, to compare two of them: `--against=<directory with dist>`. */
export function otherGateway(project) {
  return {
    name: 'other',
    title: titleOf(project),
    start: (world) => startGateway(world, {}, project),
    identify: signInAtGateway,
    sessions: true,
  };
}

function titleOf(project) {
  return `the gateway of ${project}`;
}

/** The subjects of these names, and another build of the gateway if there is one. */
export function definitionsOf(names, against) {
  const definitions = SUBJECTS.filter(({ name }) => names.includes(name));
  return against === undefined ? definitions : [...definitions, otherGateway(against)];
}

/** Starts what is asked for; what cannot run is left out, and said. */
export async function startSubjects(definitions, world) {
  const subjects = [];
  for (const definition of definitions) {
    try {
      const server = await definition.start(world);
      subjects.push({ ...definition, ...server, headers: await definition.identify(server, world) });
    } catch (error) {
      console.log(`Left out: ${definition.title}: ${error.message}`);
    }
  }
  return subjects;
}

/** So many callers of a subject, each of them another person's session where it has sessions. */
export async function callersOf(subject, count, world) {
  const callers = [];
  const identifySome = async () => {
    for (let left = count / SIGN_INS_AT_ONCE; left > 0; left--)
      callers.push({ ...subject, headers: await subject.identify(subject, world) });
  };
  await Promise.all(Array.from({ length: SIGN_INS_AT_ONCE }, identifySome));
  return callers;
}

function peer(file) {
  return ({ upstreamUrl, issuer, token }) =>
    startServer(file, { core: SUBJECT_CORE, env: { UPSTREAM: upstreamUrl, ISSUER: issuer, TOKEN: token } });
}

async function bearer(_server, { token }) {
  return { Authorization: `Bearer ${token}` };
}
