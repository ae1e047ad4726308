import { IsInt, IsQueryInt, IsOptional, IsString } from '../validation/validators.js';

/** Which part of a list to answer with. */
export class PageQuery {
  /** How many entries at most. */
  @IsOptional()
  @IsQueryInt({ default: 20 })
  first?: string;

  /** The `next` of a page: go on behind it. */
  @IsOptional()
  @IsString()
  after?: string;

  /** The `prev` of a page: go back before it. */
  @IsOptional()
  @IsString()
  before?: string;
}

/** Which part of a list of named things to answer with. */
export class NamedPageQuery extends PageQuery {
  /** Keep only what has this text in its name, whatever the case. */
  @IsOptional()
  @IsString()
  name?: string;
}

/** Where a page stands in its list. */
export class PageInfo {
  /** Entries in the whole list. */
  @IsInt()
  totalCount: number;

  /** Cursor of the following page, for `after`; missing on the last one. */
  @IsOptional()
  @IsString()
  next?: string;

  /** Cursor of the page before, for `before`; missing on the first one. */
  @IsOptional()
  @IsString()
  prev?: string;
}
