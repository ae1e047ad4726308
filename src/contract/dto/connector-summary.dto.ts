import { IsEnum, IsString } from '../validation/validators.js';

const PROTOCOL_TYPES = ['http', 'bigquery'] as const;

/** What tells a connector from others. */
export class ConnectorIdentity {
  /** ULID of the connector. */
  @IsString('ulid')
  id: string;

  /** ULID of the organisation that owns it. */
  @IsString('ulid')
  organisationId: string;

  /** Display name. */
  @IsString()
  name: string;

  /** When it was created. */
  @IsString('date-time')
  createdAt: string;

  /** When it, or anything in it, was last changed. */
  @IsString('date-time')
  updatedAt: string;
}

/** A connector in short. */
export class ConnectorSummaryBase extends ConnectorIdentity {
  /** Protocol. */
  @IsEnum(PROTOCOL_TYPES)
  protocol: (typeof PROTOCOL_TYPES)[number];
}
