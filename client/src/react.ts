import {
  createContext,
  createElement,
  type FunctionComponent,
  type PropsWithChildren,
  useCallback,
  useContext,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { importDocument, type ImportDocumentOptions, type ImportOutcome } from './import-document.js';
import type { Session } from './session.js';
import type { SessionState } from './session-state.js';
import type { ImportProgress } from './watch-import.js';

const SessionContext = createContext<Session | undefined>(undefined);

/** Provides the session to its children. */
export const SessionProvider: FunctionComponent<PropsWithChildren<{ session: Session }>> = ({ session, children }) =>
  createElement(SessionContext.Provider, { value: session }, children);

/** The session and its state; rerenders when it changes. */
export function useSession(): { readonly session: Session; readonly state: SessionState } {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('useSession needs a SessionProvider around the component.');
  const state = useSyncExternalStore(session.subscribe, session.getSnapshot, session.getSnapshot);
  return { session, state };
}

/** An import run by a component. */
export interface ImportRun {
  /** Starts an import; one that is in progress is abandoned. */
  readonly start: (options: ImportDocumentOptions) => Promise<ImportOutcome>;
  readonly cancel: () => void;
  readonly isRunning: boolean;
  /** The progress of the import. */
  readonly progress: ImportProgress | undefined;
  /** The outcome of the last import. */
  readonly outcome: ImportOutcome | undefined;
}

/** Imports documents and shows their progress. An import is abandoned when its component unmounts. */
export function useImportDocument(): ImportRun {
  const running = useRef<AbortController>(undefined);
  const [shown, show] = useState<Pick<ImportRun, 'isRunning' | 'progress' | 'outcome'>>({
    isRunning: false,
    progress: undefined,
    outcome: undefined,
  });
  const cancel = useCallback(() => running.current?.abort(), []);
  useEffect(() => cancel, [cancel]);
  const start = useCallback<ImportRun['start']>(async (options) => {
    running.current?.abort();
    const own = new AbortController();
    running.current = own;
    show({ isRunning: true, progress: undefined, outcome: undefined });
    const signal = options.signal === undefined ? own.signal : AbortSignal.any([own.signal, options.signal]);
    const onProgress = (progress: ImportProgress): void => {
      show((now) => ({ ...now, progress }));
      options.onProgress?.(progress);
    };
    const outcome = await importDocument({ ...options, onProgress, signal });
    if (running.current === own) show((now) => ({ ...now, isRunning: false, outcome }));
    return outcome;
  }, []);
  return { ...shown, start, cancel };
}
