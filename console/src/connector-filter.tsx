import { listCategoriesOptions } from '@connect-gateway/client/react-query';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

/** What a list of connectors is filtered by. */
export interface Filter {
  readonly name?: string;
  readonly category?: string;
}

const PAUSE_MS = 250;

/** Filters a list of connectors by name and category. */
export function ConnectorFilter({
  filter,
  onChange,
}: {
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
}) {
  const { data: categories = [] } = useQuery(listCategoriesOptions());
  const [name, setName] = useState(filter.name ?? '');
  useEffect(() => {
    if (name === (filter.name ?? '')) return undefined;
    const timer = setTimeout(() => onChange({ ...withoutName(filter), ...(name && { name }) }), PAUSE_MS);
    return () => clearTimeout(timer);
  });
  return (
    <search className="filter">
      <label>
        <span>Name</span>
        <input type="search" value={name} onChange={({ target }) => setName(target.value)} />
      </label>
      <label>
        <span>Category</span>
        <select
          value={filter.category ?? ''}
          onChange={({ target }) =>
            onChange({ ...(name && { name }), ...(target.value && { category: target.value }) })
          }
        >
          <option value="">All</option>
          {categories.map((category) => (
            <option key={category}>{category}</option>
          ))}
        </select>
      </label>
    </search>
  );
}

function withoutName({ category }: Filter): Filter {
  return category === undefined ? {} : { category };
}
