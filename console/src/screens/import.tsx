import { getRouteApi } from '@tanstack/react-router';
import { ImportDocument } from '../import/import-document';

const ofOrganisation = getRouteApi('/o/$organisation/import');
const ofConnector = getRouteApi('/o/$organisation/connectors/$connector/import');

/** Imports a document as a new connector. */
export function ImportConnector() {
  const { organisation } = ofOrganisation.useParams();
  return (
    <section>
      <title>Import · Connect</title>
      <h1>Import a connector</h1>
      <ImportDocument key={organisation} path={{ organisation_id: organisation }} />
    </section>
  );
}

/** Imports a document as a version of a connector. */
export function ImportVersion() {
  const { organisation, connector } = ofConnector.useParams();
  return (
    <section>
      <title>Import a version · Connect</title>
      <h1>Import a version</h1>
      <ImportDocument key={connector} path={{ organisation_id: organisation, connector_id: connector }} />
    </section>
  );
}
