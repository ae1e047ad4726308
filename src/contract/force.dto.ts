import { QueryFlag } from './query.validators.js';
import { Optional } from './validators.js';

/** Whether to delete what is in use. */
export class ForceQuery {
  /** Delete it even if something published or other products use it; what uses it may break. */
  @Optional()
  @QueryFlag()
  force?: string;
}
