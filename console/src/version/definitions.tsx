import {
  createDefinitions,
  type Definition,
  deleteDefinition,
  getDefinition,
  once,
  updateDefinition,
} from '@connect-gateway/client';
import { getDefinitionsInfiniteOptions, nextPage } from '@connect-gateway/client/react-query';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { VersionPath } from '../connector-path';
import { readBeforeSaving } from '../failure';
import { Field } from '../ui/field';
import { GatewayForm } from '../ui/form';
import { Parts } from './parts';

/** The definitions of a version: the schemas that actions and triggers refer to. */
export function Definitions({ path }: { readonly path: VersionPath }) {
  const list = useInfiniteQuery({
    ...getDefinitionsInfiniteOptions({ path, query: { first: 20 } }),
    initialPageParam: { path },
    getNextPageParam: nextPage,
  });
  return (
    <Parts
      kind="definition"
      list={list}
      parts={list.data?.pages.flatMap((page) => page.definitions) ?? []}
      summary={({ name, accept, description }) => (
        <>
          <strong>{name}</strong> <code>{accept.join(', ')}</code>
          {description && <p className="quiet small">{description}</p>}
        </>
      )}
      form={(definition, close) => <DefinitionForm path={path} definition={definition} close={close} />}
      remove={({ name }) => deleteDefinition({ path: { ...path, definition_name: name } })}
      warning="A definition that is in use is not deleted."
    />
  );
}

function DefinitionForm({
  path,
  definition,
  close,
}: {
  readonly path: VersionPath;
  readonly definition: Definition | undefined;
  readonly close: () => void;
}) {
  const [opened] = useState(definition);
  return (
    <GatewayForm
      submitLabel={opened === undefined ? 'Create' : 'Save'}
      close={close}
      fieldOf={fieldOf}
      send={async ({ name = '', accept = '', description = '', content = '' }) => {
        const texts = { name, accept: accept.split(/[\s,]+/).filter(Boolean), ...(description && { description }) };
        const schema = { contentType: 'application/json', content };
        return opened === undefined
          ? once((headers) => createDefinitions({ path, body: { definitions: [{ ...texts, schema }] }, headers }))
          : save(path, opened, { ...texts, id: opened.id, ...(content && { schema }) });
      }}
    >
      {(errors) => (
        <>
          <Field name="name" label="Name" autoFocus defaultValue={opened?.name ?? ''} error={errors['name']} />
          <Field
            name="accept"
            label="Media types"
            defaultValue={opened?.accept.join(', ') ?? 'application/json'}
            error={errors['accept']}
          />
          <Field
            name="description"
            label="Description"
            defaultValue={opened?.description ?? ''}
            error={errors['description']}
          />
          <Field
            name="content"
            label="JSON Schema"
            hint={opened === undefined ? '{"type": "object"}' : 'Empty keeps the schema as it is.'}
            rows={6}
            error={errors['content']}
          />
        </>
      )}
    </GatewayForm>
  );
}

function fieldOf(field: string): string {
  const own = field.replace(/^definitions[.[]0\]?\./, '');
  if (own === 'schema' || own.startsWith('schema.')) return 'content';
  return own.replace(/^accept[.[]\d+\]?$/, 'accept');
}

async function save(path: VersionPath, opened: Definition, body: Parameters<typeof updateDefinition>[0]['body']) {
  const own = { ...path, definition_name: opened.name };
  const changed = await readBeforeSaving(opened, written, () => getDefinition({ path: own }));
  return changed === undefined ? updateDefinition({ path: own, body }) : { error: changed };
}

/** What an update replaces; the address is signed anew with each read. */
function written({ id, name, accept, description }: Definition): unknown {
  return { id, name, accept, description };
}
