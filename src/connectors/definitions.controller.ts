import { Controller, Delete, Get, Post, Put } from '@nestjs/common';
import { AlsoAnswers, Answers, Problems } from '../contract/validation/answers.js';
import {
  Definition,
  DefinitionPage,
  Definitions,
  DefinitionsCreate,
  DefinitionsDelete,
  DefinitionUpdate,
} from '../contract/dto/definition.dto.js';
import { ForceQuery } from '../contract/dto/force.dto.js';
import { NamedPageQuery } from '../contract/dto/page.dto.js';
import { CheckedBody } from '../contract/validation/checked-body.js';
import { JsonBody, PathParams, QueryParams } from '../contract/validation/parameters.js';
import { DefinitionPath, RawSchemaPath, VersionPath } from '../contract/dto/paths.dto.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import { path } from '../platform/path.js';
import { PlatformClient } from '../platform/platform.client.js';
import { Caller } from '../auth/caller.js';

/** What schemas are written in: JSON, YAML and XML. */
const SCHEMA_TYPES = /^(?:application|text)\/(?:[\w.-]+\+)?(?:json|yaml|xml)(?:\s*;|$)/i;

/** The definitions of a version, and their schemas. */
@Controller('o/:organisation_id')
export class DefinitionsController {
  constructor(private readonly platform: PlatformClient) {}

  /** List the definitions of a version. */
  @Get('connectors/:connector_id/versions/:version/definitions')
  @Answers(200, DefinitionPage)
  getDefinitions(@Caller() caller: Caller, @PathParams() at: VersionPath, @QueryParams() page: NamedPageQuery) {
    return this.platform.get(caller, definitions(at), page);
  }

  /** Create definitions, which may refer to each other. */
  @Post('connectors/:connector_id/versions/:version/definitions')
  @Answers(201, Definitions)
  @Idempotent()
  @Problems('name_taken', 'version_published')
  createDefinitions(
    @Caller() caller: Caller,
    @PathParams() at: VersionPath,
    @JsonBody(DefinitionsCreate) created: CheckedBody<DefinitionsCreate>,
  ) {
    return this.platform.post(caller, definitions(at), created);
  }

  /** Delete definitions by id or name, or all; with `force` also those that something refers to. */
  @Delete('connectors/:connector_id/versions/:version/definitions')
  @Answers(204)
  @Problems('version_published', 'definition_referenced')
  deleteDefinitions(
    @Caller() caller: Caller,
    @PathParams() at: VersionPath,
    @QueryParams() query: ForceQuery,
    @JsonBody(DefinitionsDelete) deleted: CheckedBody<DefinitionsDelete>,
  ) {
    return this.platform.delete(caller, definitions(at), query, deleted);
  }

  /** Get one definition. */
  @Get('connectors/:connector_id/versions/:version/definitions/:definition_name')
  @Answers(200, Definition)
  getDefinition(@Caller() caller: Caller, @PathParams() at: DefinitionPath) {
    return this.platform.get(caller, definition(at));
  }

  /** Change a definition. */
  @Put('connectors/:connector_id/versions/:version/definitions/:definition_name')
  @Answers(200, Definition)
  @Problems('name_taken', 'version_published')
  updateDefinition(
    @Caller() caller: Caller,
    @PathParams() at: DefinitionPath,
    @JsonBody(DefinitionUpdate) changed: CheckedBody<DefinitionUpdate>,
  ) {
    return this.platform.put(caller, definition(at), changed);
  }

  /** Delete a definition; with `force` also one that something refers to. */
  @Delete('connectors/:connector_id/versions/:version/definitions/:definition_name')
  @Answers(204)
  @Problems('version_published', 'definition_referenced')
  deleteDefinition(@Caller() caller: Caller, @PathParams() at: DefinitionPath, @QueryParams() query: ForceQuery) {
    return this.platform.delete(caller, definition(at), query);
  }

  /** Get the file of a definition's schema. The last three segments of the definition's `url` are its parameters. */
  @Get('schemas/:connector_id/:version/:schema_filename')
  @Answers(200, { mediaType: 'application/schema+json', schema: { oneOf: [{ type: 'object' }, { type: 'boolean' }] } })
  @AlsoAnswers('text/xml', 'application/xml', 'application/schema+yaml')
  getRawSchema(@Caller() caller: Caller, @PathParams() at: RawSchemaPath) {
    return this.platform.getFile(
      caller,
      path`/o/${at.organisation_id}/schemas/${at.connector_id}/${at.version}/${at.schema_filename}`,
      SCHEMA_TYPES,
    );
  }
}

const definitions = (at: VersionPath) =>
  path`/o/${at.organisation_id}/connectors/${at.connector_id}/versions/${at.version}/definitions`;
const definition = (at: DefinitionPath) =>
  path`/o/${at.organisation_id}/connectors/${at.connector_id}/versions/${at.version}/definitions/${at.definition_name}`;
