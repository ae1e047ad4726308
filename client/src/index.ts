export {
  importHTTPConnectorFile,
  importHTTPConnectorVersionFile,
  previewHTTPConnectorFile,
  previewHTTPConnectorVersionFile,
} from './import-file.js';
export { createClient, createConfig } from './generated/client/index.js';
export { client } from './generated/client.gen.js';
export * from './generated/index.js';
