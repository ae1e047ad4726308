import { ApiProperty } from '@nestjs/swagger';
import { PageInfo } from './page.dto.js';

const AUTH_SCHEME_TYPES = [
  'none',
  'api-key',
  'basic-auth',
  'oauth2',
  'google-service-account',
  'hmac',
  'jwt-bearer',
  'custom-function',
  'certificate',
] as const;

/** A protocol that connectors can speak. */
export class Protocol {
  /** ULID of the protocol; the slug is what paths use. */
  id: string;

  /** Its short name. */
  slug: string;

  /** Display name. */
  name: string;

  /** Description, for people. */
  description: string;

  /** URL of the icon. */
  @ApiProperty({ format: 'uri' })
  iconURL: string;
}

/** A page of protocols. */
export class ProtocolPage extends PageInfo {
  /** The protocols. */
  protocols: Protocol[];
}

/** A way to authenticate that a protocol supports. */
export class AuthScheme {
  /** ULID of the scheme; the type is what configurations use. */
  @ApiProperty({ format: 'ulid' })
  id: string;

  /** Its short name. */
  @ApiProperty({ enum: AUTH_SCHEME_TYPES, type: 'string' })
  type: (typeof AUTH_SCHEME_TYPES)[number];

  /** Display name. */
  name: string;

  /** Description, for people. */
  description: string;
}

/** A page of auth schemes. */
export class AuthSchemePage extends PageInfo {
  /** The schemes. */
  authSchemes: AuthScheme[];
}
