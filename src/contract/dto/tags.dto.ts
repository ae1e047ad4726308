import { IsObject, IsOptional } from '../validation/validators.js';

/** Tags by key; each key has a list of values. */
export type Tags = Record<string, unknown>;

/** The tags that a connector is to have. */
export class TagsUpdate {
  /** All tags, by key; replaces the current ones. */
  @IsOptional()
  @IsObject()
  tags?: Tags;
}
