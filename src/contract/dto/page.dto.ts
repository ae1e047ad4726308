import { IsInt, IsQueryInt, IsOptional, IsString } from '../validation/validators.js';

/** Which part of a list to answer with. */
export class PageQuery {
  /** Maximum number of entries. */
  @IsOptional()
  @IsQueryInt({ default: 20 })
  first?: string;

  /** Cursor: the `next` of a page. */
  @IsOptional()
  @IsString()
  after?: string;

  /** Cursor: the `prev` of a page. */
  @IsOptional()
  @IsString()
  before?: string;
}

/** Which part of a list of named things to answer with. */
export class NamedPageQuery extends PageQuery {
  /** Filter: the name contains this string, case-insensitively. */
  @IsOptional()
  @IsString()
  name?: string;
}

/** Where a page stands in its list. */
export class PageInfo {
  /** Total number of entries. */
  @IsInt()
  totalCount: number;

  /** Cursor of the next page, for `after`; absent on the last page. */
  @IsOptional()
  @IsString()
  next?: string;

  /** Cursor of the previous page, for `before`; absent on the first page. */
  @IsOptional()
  @IsString()
  prev?: string;
}
