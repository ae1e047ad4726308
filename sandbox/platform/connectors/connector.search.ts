import { nameMatches } from '../http/query.js';
import { BY_UPDATE, parseSort } from '../paging/cursor.js';
import { type Page, pageOf } from '../paging/page.js';
import type { ConnectorEntry } from '../store/records.js';
import { read } from '../validation/shape.js';
import { categoriesUpdate } from './category.shape.js';

/** A page of the connectors that match a query. */
export function searchConnectors(connectors: readonly ConnectorEntry[], query: URLSearchParams): Page<ConnectorEntry> {
  const { categories = [] } = read(categoriesUpdate, { categories: query.getAll('categories') });
  const tags = (query.get('tags') ?? '').split(',').filter((tag) => tag !== '');
  const found = connectors.filter(
    ({ name, body, inner }) =>
      nameMatches(name, query.get('name')) &&
      nameMatches(body.protocol, query.get('protocol')) &&
      categories.every((category) => inner.categories.includes(category)) &&
      tags.every((tag) => hasTag(body.tags ?? {}, tag)),
  );
  const sort = query.get('sort');
  return pageOf(found, query, sort === null ? BY_UPDATE : parseSort(sort));
}

/** `key` matches the key with any value, `key:value` both. */
function hasTag(tags: Readonly<Record<string, readonly string[]>>, tag: string): boolean {
  const [key = '', ...value] = tag.split(':');
  const values = Object.hasOwn(tags, key) ? tags[key] : undefined;
  return values !== undefined && (value.length === 0 || values.includes(value.join(':')));
}
