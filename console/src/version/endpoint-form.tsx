import type { Action, Trigger } from '@connect-gateway/client';
import type { Failure } from '../failure';
import { Field } from '../ui/field';
import { GatewayForm, type Outcome } from '../ui/form';
import { Select } from '../ui/select';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const;

/** Creates or changes an action, which has a path, or a trigger, which has none. */
export function EndpointForm({
  opened,
  hasPath,
  check,
  send,
  close,
}: {
  /** The endpoint as it was when the form was opened; undefined for a new one. */
  readonly opened: Action | Trigger | undefined;
  readonly hasPath: boolean;
  /** Finds out whether it may still be saved. */
  readonly check: () => Promise<Failure | undefined>;
  readonly send: (body: Action & Trigger) => Promise<Outcome>;
  readonly close: () => void;
}) {
  return (
    <GatewayForm
      submitLabel={opened === undefined ? 'Create' : 'Save'}
      close={close}
      send={async ({ name = '', method = 'GET', path = '', summary = '', description = '' }) => {
        const refused = await check();
        if (refused !== undefined) return { error: refused };
        const rest = withoutTexts(
          opened ?? { parameters: hasPath ? pathParameters(path) : [], responses: [{ status: 200, definitions: [] }] },
        );
        return send({
          ...rest,
          type: 'http',
          name,
          method: method as Action['method'],
          ...(hasPath && { path }),
          ...(summary && { summary }),
          ...(description && { description }),
        } as Action & Trigger);
      }}
    >
      {(errors) => (
        <>
          <Field name="name" label="Name" autoFocus defaultValue={opened?.name ?? ''} error={errors['name']} />
          <Select
            name="method"
            label="Method"
            options={METHODS}
            defaultValue={opened?.method ?? 'GET'}
            error={errors['method']}
          />
          {hasPath && (
            <Field
              name="path"
              label="Path"
              hint="/orders/{{ param.id }}"
              defaultValue={opened !== undefined && 'path' in opened ? opened.path : ''}
              error={errors['path']}
            />
          )}
          <Field name="summary" label="Summary" defaultValue={opened?.summary ?? ''} error={errors['summary']} />
          <Field
            name="description"
            label="Description"
            rows={3}
            defaultValue={opened?.description ?? ''}
            error={errors['description']}
          />
        </>
      )}
    </GatewayForm>
  );
}

/** What an update sends back as it was: everything but the texts, which can be emptied, and the validation's errors. */
function withoutTexts(endpoint: object): object {
  const { summary: _summary, description: _description, errors: _errors, ...rest } = endpoint as Partial<Action>;
  return rest;
}

/** Paths name their parameters as `{{ param.name }}`. */
function pathParameters(path: string): Action['parameters'] {
  const names = new Set([...path.matchAll(/\{\{\s*\.?param\.([^\s{}]+)\s*\}\}/g)].map(([, name = '']) => name));
  return [...names].map((name) => ({ name, in: 'path', required: true, type: 'string' }));
}
