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
The API of Connect Gateway for frontends. Paths under \`/api/connect/v1\` are those of the Versori Connect API, one for
one: the gateway authenticates the person, adds the access token, validates each request against the contract and forwards
it unchanged.

To sign in, send the browser to \`/auth/login\`. After that a session cookie authenticates each request; a page of the same
origin needs nothing else. Errors are \`application/problem+json\` (RFC 9457): each operation lists the codes that it can
answer with, and \`/docs/errors\` explains them. The platform may add codes of its own with a 4xx status.
`.trim();

/** What each part of the API is about, by tag; the tags are the names of the controllers. */
const TAGS: Readonly<Record<string, string>> = {
  Auth: 'Sign-in, sign-out and the session.',
  Connectors: 'Connectors to external systems: names, authentication, tags and categories.',
  Versions: 'Versions of connectors: drafts to work on, published ones to use.',
  Actions: 'Requests that a connector can make to its external system.',
  Triggers: 'Requests that an external system can make to a connector (webhooks).',
  Definitions: 'Schemas of the data that actions and triggers send and receive.',
  Connections: 'Credentials and variables that let a connector reach one instance of its external system.',
  Library: 'Public connectors that anyone can import.',
  Import: 'Creating connectors from OpenAPI documents.',
  Protocols: 'Protocols of connectors, and the authentication schemes they support.',
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
const CSRF = 'Always `1`. For clients other than browsers; browsers send `Sec-Fetch-Site` or `Origin` themselves.';

/** The ids of the contract for its operations; the gateway's own carry their controller's name. */
function operationIdFactory(controller: string, method: string): string {
  const name = method.charAt(0).toUpperCase() + method.slice(1);
  return controller === 'AuthController' ? `Auth${name}` : name;
}
