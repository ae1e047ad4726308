import { syncBuiltinESMExports } from 'node:module';

/**
 * Replaces a function of a Node module, given by its default export, for everybody who imports it; gives a function that
 * puts it back.
 */
export function replaceBuiltin<M extends object, K extends keyof M>(module: M, name: K, replacement: M[K]): () => void {
  const original = module[name];
  const put = (value: M[K]): void => {
    module[name] = value;
    syncBuiltinESMExports();
  };
  put(replacement);
  return () => put(original);
}
