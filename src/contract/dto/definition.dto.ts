import { ApiProperty } from '@nestjs/swagger';
import { PageInfo } from './page.dto.js';
import { ProblemDetails } from './problem.dto.js';
import {
  IsBoolean,
  isPresent,
  IsNested,
  IsNestedArray,
  IsOptional,
  Satisfies,
  IsString,
  IsNameLike,
  IsStringArray,
  RequiredUnless,
  IsEnum,
} from '../validation/validators.js';

const REFERRERS = ['definition', 'action', 'trigger'] as const;

/** The name of a definition: what paths use. */
function DefinitionName(): PropertyDecorator {
  return IsNameLike(/^[a-zA-Z0-9_-]+$/, 'consist of letters, digits, _ and -');
}

/** What every definition has. */
export class DefinitionCommon {
  /** Name; unique within the version. */
  @DefinitionName()
  name: string;

  /** Media types of the data that it describes, such as `application/json`. */
  @IsStringArray()
  accept: string[];

  /** Description, for people. */
  @IsOptional()
  @IsString()
  description?: string;
}

/** Something that refers to a definition. */
export class DefinitionReference {
  /** References to it. */
  @IsEnum(REFERRERS)
  type: (typeof REFERRERS)[number];

  /** ULID of the referrer. */
  @IsString('ulid')
  id: string;

  /** Name of the referrer; that of an action or a trigger may contain `$`. */
  @IsNameLike(/^[a-zA-Z0-9_\-$]+$/, 'consist of letters, digits, _, - and $')
  name: string;
}

/** A definition: the schema of some data that a connector sends or receives. */
export class Definition extends DefinitionCommon {
  /** ULID of the definition. */
  @IsString('ulid')
  id: string;

  /**
   * Where the platform has the file of the schema. A browser has no token for it: read it with `GetRawSchema`, whose
   * `connector_id`, `version` and `schema_filename` are the last three segments of this URL.
   */
  @IsString('uri')
  url: string;

  /** References to it. */
  @IsOptional()
  @IsNestedArray(() => DefinitionReference)
  referencedBy?: DefinitionReference[];
}

/** A definition, named by its id or by its name. */
export class DefinitionRef {
  /** ULID of the definition; without it there must be a name. */
  @IsString('ulid')
  @RequiredUnless('name')
  id?: string;

  /** Name of the definition; without it there must be an id. */
  @IsOptional()
  @IsString()
  name?: string;
}

/** A schema, written out. */
export class InlineSchema {
  /** Media type of the schema itself, such as `application/schema+json` or `text/xml`; parameters are allowed. */
  @IsString()
  contentType: string;

  /** The schema, as text. */
  @IsString()
  content: string;
}

/** A definition to create. */
export class DefinitionsCreateDefinition extends DefinitionCommon {
  /** Schema. References to other definitions of the same request are `#/$defs/<name>`, to existing ones their `url`. */
  @IsNested(() => InlineSchema)
  schema: InlineSchema;
}

/** Definitions to create; they may refer to each other. */
export class DefinitionsCreate {
  /** The definitions. */
  @IsNestedArray(() => DefinitionsCreateDefinition)
  definitions: DefinitionsCreateDefinition[];
}

/** What a definition is to become. */
export class DefinitionUpdate extends DefinitionCommon {
  /** ULID of the definition. */
  @IsString('ulid')
  id: string;

  /** New schema; unchanged if omitted. */
  @IsOptional()
  @IsNested(() => InlineSchema)
  schema?: InlineSchema;
}

/** Which definitions to delete: those with these ids or names, or all. */
export class DefinitionsDelete {
  /** ULIDs of definitions. */
  @IsOptional()
  @IsStringArray()
  ids?: string[];

  /** Names of definitions. */
  @IsOptional()
  @IsStringArray()
  names?: string[];

  /** Delete every definition of the version; required unless `ids` or `names` is present, and not allowed with them. */
  @IsBoolean()
  @Satisfies(
    'not be true together with ids or names',
    ({ all, ids, names }) => all !== true || !(isPresent(ids) || isPresent(names)),
  )
  @RequiredUnless('ids', 'names')
  all?: boolean;
}

/** Definitions, all of them at once. */
export class Definitions {
  /** The definitions. */
  definitions: Definition[];
}

/** A page of definitions. */
export class DefinitionPage extends PageInfo {
  /** The definitions. */
  definitions: Definition[];
}

/** A definition that cannot be deleted. */
export class DefinitionsDeletePreconditionFailedDefinition {
  /** ULID of the definition. */
  @ApiProperty({ format: 'ulid' })
  id: string;

  /** Its name. */
  name: string;

  /** References to it. */
  referencedBy: DefinitionReference[];
}

/** A problem that says which definition stands in the way. */
export class DefinitionDeletePreconditionFailed extends ProblemDetails {
  /** The definition that cannot be deleted. */
  definition?: DefinitionsDeletePreconditionFailedDefinition;
}
