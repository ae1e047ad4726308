import { type Connector, type ConnectorUpdate, getConnector, updateConnector } from '@connect-gateway/client';
import { useState } from 'react';
import type { ConnectorPath } from '../connector-path';
import { readBeforeSaving } from '../failure';
import { DialogButton } from '../ui/dialog';
import { Field } from '../ui/field';
import { GatewayForm } from '../ui/form';

interface Props {
  readonly path: ConnectorPath;
  readonly connector: Connector;
}

/** Changes a connector's name and addresses. */
export function EditConnector(props: Props) {
  return (
    <DialogButton label="Edit" title={`Edit ${props.connector.name}`}>
      {(close) => <EditForm {...props} close={close} />}
    </DialogButton>
  );
}

function EditForm({ path, connector, close }: Props & { readonly close: () => void }) {
  const [opened] = useState(connector);
  return (
    <GatewayForm
      submitLabel="Save"
      close={close}
      send={async (values) => {
        const changed = await readBeforeSaving(opened, updateOf, () => getConnector({ path }));
        if (changed !== undefined) return { error: changed };
        const { documentationURL = '', ...required } = values;
        const body = { ...updateOf(opened), ...required, ...(documentationURL && { documentationURL }) };
        return updateConnector({ path, body });
      }}
    >
      {(errors) => (
        <>
          <Field name="name" label="Name" autoFocus defaultValue={opened.name} error={errors['name']} />
          {opened.protocol === 'http' ? (
            <Field name="baseUrl" label="Base URL" defaultValue={opened.baseUrl} error={errors['baseUrl']} />
          ) : (
            <Field name="datasetId" label="Data set" defaultValue={opened.datasetId} error={errors['datasetId']} />
          )}
          <Field
            name="documentationURL"
            label="Documentation (optional)"
            defaultValue={opened.documentationURL ?? ''}
            error={errors['documentationURL']}
          />
        </>
      )}
    </GatewayForm>
  );
}

/** An update replaces all that it can name, so what is not on the form is sent back as it was. */
function updateOf(connector: Connector): ConnectorUpdate {
  const { id, organisationId, name, tags, documentationURL, imageURL, connectionVariables } = connector;
  const common = {
    id,
    organisationId,
    name,
    public: connector.public,
    authSchemeConfigIds: connector.authSchemeConfigs.map((scheme) => scheme.id),
    ...(tags && { tags }),
    ...(documentationURL && { documentationURL }),
    ...(imageURL && { imageURL }),
  };
  if (connector.protocol === 'bigquery') return { ...common, protocol: 'bigquery', datasetId: connector.datasetId };
  const { baseUrl } = connector;
  return { ...common, protocol: 'http', baseUrl, ...(connectionVariables && { connectionVariables }) };
}
