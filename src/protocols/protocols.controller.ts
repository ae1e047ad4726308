import { Controller, Get } from '@nestjs/common';
import { Answers } from '../contract/validation/answers.js';
import { PageQuery } from '../contract/dto/page.dto.js';
import { PathParams, QueryParams } from '../contract/validation/parameters.js';
import { OrganisationPath, ProtocolPath } from '../contract/dto/paths.dto.js';
import { AuthSchemePage, ProtocolPage } from '../contract/dto/protocol.dto.js';
import { path } from '../platform/path.js';
import { PlatformClient } from '../platform/platform.client.js';
import { Caller } from '../auth/caller.js';

/** The protocols that connectors can speak. */
@Controller('o/:organisation_id/protocols')
export class ProtocolsController {
  constructor(private readonly platform: PlatformClient) {}

  /** List the protocols that the organisation can use. */
  @Get()
  @Answers(200, ProtocolPage)
  listProtocols(@Caller() caller: Caller, @PathParams() at: OrganisationPath, @QueryParams() page: PageQuery) {
    return this.platform.get(caller, path`/o/${at.organisation_id}/protocols`, page);
  }

  /** List the auth schemes that a protocol supports. */
  @Get(':protocol_slug/auth-schemes')
  @Answers(200, AuthSchemePage)
  listAuthSchemes(@Caller() caller: Caller, @PathParams() at: ProtocolPath) {
    return this.platform.get(caller, path`/o/${at.organisation_id}/protocols/${at.protocol_slug}/auth-schemes`);
  }
}
