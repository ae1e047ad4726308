import {
  type ConnectorVersion,
  deleteConnectorVersion,
  getConnectorVersion,
  publishConnector,
  unpublishConnector,
  updateConnectorVersion,
} from '@connect-gateway/client';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { VersionPath } from '../connector-path';
import { readBeforeSaving } from '../failure';
import { ConfirmButton } from '../ui/confirm';
import { DialogButton } from '../ui/dialog';
import { Field } from '../ui/field';
import { GatewayForm } from '../ui/form';

interface Props {
  readonly path: VersionPath;
  readonly version: ConnectorVersion;
}

/** What can be done with a version: edit, publish or unpublish, delete. */
export function VersionControls({ path, version }: Props) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { name, publishedAt } = version;
  return (
    <>
      <DialogButton label="Edit" title={`Edit ${name}`}>
        {(close) => <EditForm path={path} version={version} close={close} />}
      </DialogButton>
      {publishedAt === null ? (
        <ConfirmButton
          label="Publish"
          title={`Publish ${name}`}
          act={async () => {
            const { error } = await publishConnector({ path });
            void queries.invalidateQueries();
            return { error };
          }}
        >
          <p>Integrations can use a published version.</p>
        </ConfirmButton>
      ) : (
        <ConfirmButton
          label="Unpublish"
          title={`Unpublish ${name}`}
          act={async () => {
            const { error } = await unpublishConnector({ path });
            void queries.invalidateQueries();
            return { error };
          }}
        >
          <p>The version becomes a draft again.</p>
        </ConfirmButton>
      )}
      <ConfirmButton
        label="Delete"
        title={`Delete ${name}`}
        isDangerous
        act={async () => {
          const { error } = await deleteConnectorVersion({ path });
          if (error !== undefined) return { error };
          const params = { organisation: path.organisation_id, connector: path.connector_id };
          await navigate({ to: '/o/$organisation/connectors/$connector', params });
          void queries.invalidateQueries();
          return {};
        }}
      >
        <p>The version is deleted with its actions, triggers and definitions. This cannot be undone.</p>
      </ConfirmButton>
    </>
  );
}

function EditForm({ path, version, close }: Props & { readonly close: () => void }) {
  const navigate = useNavigate();
  const [opened] = useState(version);
  return (
    <GatewayForm
      submitLabel="Save"
      close={close}
      send={async ({ name = '', description = '' }) => {
        const changed = await readBeforeSaving(opened, written, () => getConnectorVersion({ path }));
        if (changed !== undefined) return { error: changed };
        const { description: _former, ...rest } = opened;
        const body = { ...rest, name, ...(description && { description }) };
        const { error } = await updateConnectorVersion({ path, body });
        if (error !== undefined) return { error };
        const params = { organisation: path.organisation_id, connector: path.connector_id, version: name };
        await navigate({ to: '/o/$organisation/connectors/$connector/versions/$version', params, replace: true });
        return {};
      }}
    >
      {(errors) => (
        <>
          <Field name="name" label="Name" autoFocus defaultValue={opened.name} error={errors['name']} />
          <Field
            name="description"
            label="Description"
            defaultValue={opened.description ?? ''}
            error={errors['description']}
          />
        </>
      )}
    </GatewayForm>
  );
}

function written({ name, description, isDefault }: ConnectorVersion): unknown {
  return { name, description, isDefault };
}
