import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { packageVersion } from '../config/version.js';
import { allUnions } from '../contract/validation/metadata.js';
import { DefinitionDeletePreconditionFailed } from '../contract/dto/definition.dto.js';
import { ProblemDetails } from '../contract/dto/problem.dto.js';
import { addMediaTypes, dropPlatformCalls, keepDeclaredSuccess } from './answers.pass.js';
import { addProblems } from './problems.pass.js';
import { addExamples, addUploads } from './bodies.pass.js';
import { openAnyValues, spellOutUnions, unwrapReferences } from './schemas.pass.js';

const DESCRIPTION = `
A frontend talks to this gateway instead of to the Versori Connect API. Paths under \`/api/connect/v1\` are the
platform's own, one for one; the gateway signs people in, keeps their tokens, checks each request against the contract
and passes it on unchanged.

Sign in by sending the browser to \`/auth/login\`. From then on a cookie says who is calling; nothing else is needed
from a page of the same origin. Each answer that is not a success is a \`Problem\`.
`.trim();

/** What each part of the API is about, by tag; the tags are the names of the controllers. */
const TAGS: Readonly<Record<string, string>> = {
  Auth: 'Signing in and out, and what a frontend may know of the session.',
  Connectors: 'Connectors to external systems: what they are called, how they authenticate, how they are found.',
  Versions: 'Versions of connectors: drafts to work on, published ones to use.',
  Actions: 'What a connector can do at its external system.',
  Triggers: 'What an external system can tell a connector.',
  Definitions: 'Schemas of the data that actions and triggers send and receive.',
  Connections: 'Credentials and variables that let a connector reach one instance of its external system.',
  Library: 'Connectors that everybody may import.',
  Import: 'Connectors made of OpenAPI documents.',
  Protocols: 'What connectors can speak, and how they can authenticate.',
};

/** The API document: what the code says, completed by what decorators cannot say. */
export function createDocument(app: INestApplication): OpenAPIObject {
  const variants = [...allUnions().values()].flatMap((union) => Object.values(union.variants));
  const document = SwaggerModule.createDocument(app, describeApi(), {
    operationIdFactory,
    extraModels: [ProblemDetails, DefinitionDeletePreconditionFailed, ...variants],
  });
  for (const complete of [
    dropPlatformCalls,
    keepDeclaredSuccess,
    addMediaTypes,
    addUploads,
    addProblems,
    addExamples,
    spellOutUnions,
    openAnyValues,
    unwrapReferences,
  ])
    complete(document);
  return document;
}

function describeApi(): Omit<OpenAPIObject, 'paths'> {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Connect Gateway')
    .setDescription(DESCRIPTION)
    .setVersion(packageVersion())
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addCookieAuth('session', { type: 'apiKey', description: SESSION }, 'session')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-CSRF', description: CSRF }, 'csrf')
    .addSecurityRequirements('session')
    .addSecurityRequirements({ session: [], csrf: [] });
  for (const [name, description] of Object.entries(TAGS)) builder.addTag(name, description);
  return builder.build();
}

const SESSION = 'Set by signing in. Over https its name is `__Host-session`.';
const CSRF =
  'Always `1`: a header that no other site can send. Needed where a request says nothing of where it comes from, ' +
  'neither `Sec-Fetch-Site` nor `Origin`, as with clients that are no browsers.';

/** The ids of the contract for its operations; the gateway's own carry their controller's name. */
function operationIdFactory(controller: string, method: string): string {
  const name = method.charAt(0).toUpperCase() + method.slice(1);
  return controller === 'AuthController' ? `Auth${name}` : name;
}
