import { ApiProperty } from '@nestjs/swagger';

const PROTOCOL_TYPES = ['http', 'bigquery'] as const;

/** What tells a connector from others. */
export class ConnectorIdentity {
  /** ULID of the connector. */
  @ApiProperty({ format: 'ulid' })
  id: string;

  /** ULID of the organisation that owns it. */
  @ApiProperty({ format: 'ulid' })
  organisationId: string;

  /** Its name, as a person gave it. */
  name: string;

  /** When it was created. */
  @ApiProperty({ format: 'date-time' })
  createdAt: string;

  /** When it, or anything in it, was last changed. */
  @ApiProperty({ format: 'date-time' })
  updatedAt: string;
}

/** A connector in short. */
export class ConnectorSummaryBase extends ConnectorIdentity {
  /** The protocol it speaks. */
  @ApiProperty({ enum: PROTOCOL_TYPES, type: 'string' })
  protocol: (typeof PROTOCOL_TYPES)[number];
}
