export { connectOAuth2, type ConnectOAuth2Options, type OAuth2Outcome } from './connect-oauth2.js';
export { ConnectionFailure, type ConnectionFailureCode } from './failure.js';
export { fieldErrors, type FieldNotation } from './field-errors.js';
export {
  importDocument,
  type ImportDocumentOptions,
  type ImportOutcome,
  type ImportTarget,
} from './import-document.js';
export {
  importHTTPConnectorFile,
  importHTTPConnectorVersionFile,
  previewHTTPConnectorFile,
  previewHTTPConnectorVersionFile,
} from './import-file.js';
export { type KeyHeader, newKey, once, type OnceOptions } from './once.js';
export { pages } from './pages.js';
export { previewDocument, type PreviewDocumentOptions, type PreviewOutcome } from './preview-document.js';
export { Session, type SessionOptions, type SignOutOptions } from './session.js';
export type { SessionEndReason, SessionState, SignedIn, SignedOut, UnknownSession } from './session-state.js';
export type { SignInOptions, SignInOutcome } from './sign-in.js';
export {
  type ImportEvent,
  type ImportProblem,
  type ImportProgress,
  type ImportResult,
  watchImport,
  type WatchImportOptions,
} from './watch-import.js';
export { createClient, createConfig } from './generated/client/index.js';
export { client } from './generated/client.gen.js';
export * from './generated/index.js';
