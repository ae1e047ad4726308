import { QueryFlag, Optional } from '../validation/validators.js';

/** Whether to delete what is in use. */
export class ForceQuery {
  /** Delete it even if something published or other products use it; what uses it may break. */
  @Optional()
  @QueryFlag()
  force?: string;
}
