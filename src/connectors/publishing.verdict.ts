/** What is known of a version when it is asked whether it can be published. */
export interface PublishingFacts {
  /** As the platform says: null for a draft, undefined if the version could not be read. */
  readonly publishedAt: unknown;
  /** Errors of the version and of what it needs. A connection is not needed for publishing. */
  readonly errors: number;
  readonly isComplete: boolean;
  readonly unvalidated: number;
  /** Actions and triggers. */
  readonly endpoints: number;
}

/** Whether a version can be published; null if that cannot be said. */
export interface PublishingVerdict {
  readonly publishable: boolean | null;
  readonly reason?: string;
}

/** Judges by what the platform says. It never publishes: only the platform can, and it has the last word. */
export function verdictOn({
  publishedAt,
  errors,
  isComplete,
  unvalidated,
  endpoints,
}: PublishingFacts): PublishingVerdict {
  if (typeof publishedAt === 'string') return no('It is already published.');
  if (errors > 0) return no(errors === 1 ? 'It has an error.' : `It has ${errors} errors.`);
  if (!isComplete) return unknown('Not everything could be read.');
  if (unvalidated > 0)
    return unknown(
      unvalidated === 1
        ? 'An action or a trigger has not been validated yet.'
        : `${unvalidated} actions and triggers have not been validated yet.`,
    );
  if (endpoints === 0) return unknown('It has neither an action nor a trigger, and the platform may refuse that.');
  return { publishable: true };
}

function no(reason: string): PublishingVerdict {
  return { publishable: false, reason };
}

function unknown(reason: string): PublishingVerdict {
  return { publishable: null, reason };
}
