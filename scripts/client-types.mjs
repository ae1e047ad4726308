// What the platform's contract says in words and its schemas leave open, as types: each tag has a list of strings, and the
// type of a credential decides its data. The gateway passes on more than that; the client's types say what is meant.

const ANYTHING = { type: 'object', additionalProperties: true };

/** The schema of `data` for each type of credential; for the last two the contract states none. */
const CREDENTIAL_DATA = {
  none: 'CredentialDataNone',
  string: 'CredentialDataString',
  binary: 'CredentialDataBinary',
  'basic-auth': 'CredentialDataBasicAuth',
  'oauth2-client': 'CredentialDataOAuth2Client',
  'oauth2-code': 'CredentialDataOAuth2Code',
  'oauth2-password': 'CredentialDataOAuth2Password',
  'oauth2-token': 'CredentialDataOAuth2Token',
  certificate: 'CredentialDataCertificate',
  'custom-function': undefined,
  'jwt-bearer': undefined,
};

/** The same document with narrower schemas, for the generator of the client. */
export function withMeantTypes(document) {
  const { schemas } = document.components;
  for (const schema of Object.values(schemas)) typeTags(schema);
  for (const name of ['Credential', 'CredentialCreate']) schemas[name] = paired(schemas[name], name);
  return document;
}

function typeTags({ properties = {}, allOf = [] }) {
  for (const part of allOf) typeTags(part);
  const { tags } = properties;
  if (tags?.type === 'object') tags.additionalProperties = { type: 'array', items: { type: 'string' } };
}

/** A credential whose type and data go together. */
function paired({ properties: { type, data, ...properties }, required = [], ...rest }, name) {
  const missing = type.enum?.filter((kind) => !(kind in CREDENTIAL_DATA)) ?? ['all'];
  if (missing.length > 0) throw new Error(`${name} has types without data: ${missing.join()}`);
  const pairs = Object.entries(CREDENTIAL_DATA).map(([kind, schema]) => ({
    type: 'object',
    required: ['type', 'data'],
    properties: {
      type: { type: 'string', enum: [kind], description: type.description },
      data:
        schema === undefined
          ? { ...ANYTHING, description: data.description }
          : { $ref: `#/components/schemas/${schema}` },
    },
  }));
  const base = { ...rest, properties, required: required.filter((member) => !['type', 'data'].includes(member)) };
  return { description: rest.description, allOf: [base, { oneOf: pairs }] };
}
