import { IsQueryBoolean, IsOptional } from '../validation/validators.js';

/** Whether to delete what is in use. */
export class ForceQuery {
  /** Delete it even if it is in use; what uses it may break. */
  @IsOptional()
  @IsQueryBoolean()
  force?: string;
}
