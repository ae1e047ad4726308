// The page at /docs: lists the operations of /openapi.json and tries them as the person who is signed in. The browser sends
// the session cookie by itself, so the page never asks for one.

const METHODS = ['get', 'post', 'put', 'delete'];
/** Nested schemas are opened one by one; deeper than this a document may be endless. */
const MAX_DEPTH = 12;

const api = await (await fetch('/openapi.json')).json();
const operations = Object.entries(api.paths).flatMap(([path, item]) =>
  METHODS.filter((method) => item[method]).map((method) => ({ path, method, ...item[method] })),
);
const main = document.querySelector('#operations');
const search = document.querySelector('#search');

renderPerson(await (await fetch('/auth/session')).json());
renderOperations();
search.addEventListener('input', filter);
addEventListener('hashchange', openFromAddress);
filter();
openFromAddress();

/** An element with attributes and children; text is always set as text. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(key, value === true ? '' : value);
  element.append(...children.flat().filter((child) => child !== undefined && child !== ''));
  return element;
}

/** Text with what is between backticks as code. */
function prose(text = '') {
  return text.split('`').map((part, at) => (at % 2 === 1 ? make('code', {}, part) : part));
}

function renderPerson({ authenticated, user, loginUrl }) {
  const here = encodeURIComponent('/docs');
  const children = authenticated
    ? [
        'Signed in as ',
        make('strong', {}, user?.name ?? user?.email ?? user?.sub ?? ''),
        user?.name && user?.email ? ` (${user.email}) ` : ' ',
        make('button', { type: 'button', class: 'quiet', onclick: signOut }, 'Sign out'),
      ]
    : ['Not signed in. ', make('a', { href: `${loginUrl}?returnTo=${here}` }, 'Sign in'), ' to try the operations.'];
  document.querySelector('#person').replaceChildren(...children);
}

async function signOut() {
  const { logoutUrl } = await (await fetch('/auth/logout?returnTo=%2Fdocs', { method: 'POST' })).json();
  location.assign(logoutUrl ?? '/docs');
}

function renderOperations() {
  const tags = document.querySelector('#tags');
  for (const { name, description } of api.tags ?? []) {
    const own = operations.filter((operation) => operation.tags?.includes(name));
    if (own.length === 0) continue;
    tags.append(make('li', {}, make('a', { href: `#tag-${name}` }, name)));
    main.append(
      make(
        'section',
        { 'data-tag': name },
        make('h2', { id: `tag-${name}` }, name),
        make('p', { class: 'soft' }, prose(description)),
        own.map(renderOperation),
      ),
    );
  }
}

function renderOperation(operation) {
  const { method, path, summary, operationId } = operation;
  const body = make('div');
  const details = make(
    'details',
    {
      id: operationId,
      class: 'operation',
      ontoggle: () => {
        if (!details.open) return;
        if (body.childElementCount === 0) renderBody(body, operation);
        history.replaceState(null, '', `#${operationId}`);
      },
    },
    make(
      'summary',
      {},
      make('span', { class: `method ${method}` }, method.toUpperCase()),
      make('span', { class: 'path' }, path),
      make('span', { class: 'about' }, prose(summary)),
    ),
    body,
  );
  details.dataset.text = `${operationId} ${method} ${path} ${summary}`.toLowerCase();
  return details;
}

function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const details of main.querySelectorAll('.operation')) {
    details.hidden = !words.every((word) => details.dataset.text.includes(word));
    if (!details.hidden) found += 1;
  }
  for (const section of main.querySelectorAll('section'))
    section.hidden = section.querySelector('.operation:not([hidden])') === null;
  document.querySelector('#count').textContent = `${found} of ${operations.length} operations`;
}

function openFromAddress() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target === null) return;
  if (target.matches('details')) target.open = true;
  target.scrollIntoView();
}

/** Everything about one operation; made when it is first opened. */
function renderBody(body, operation) {
  const { operationId, path, requestBody, responses, description } = operation;
  const parameters = operation.parameters ?? [];
  const fields = parameters.map((parameter) => renderField(operationId, parameter));
  const optional = fields.filter(({ required }) => !required);
  const contents = Object.entries(requestBody?.content ?? {});
  const bodies = contents.map(([type, content]) => renderRequestBody(operationId, type, content));
  const output = make('div', { 'aria-live': 'polite' });
  const send = make('button', { type: 'submit' }, 'Send');
  const form = make(
    'form',
    {
      onsubmit: (event) => {
        event.preventDefault();
        void tryIt(operation, fields, bodies, output, send);
      },
    },
    fields.length > 0 ? make('h3', {}, 'Parameters') : '',
    fields.filter(({ required }) => required).map(({ element }) => element),
    optional.length > 0
      ? make(
          'details',
          { class: 'schema' },
          make('summary', {}, `Optional (${optional.length})`),
          optional.map(({ element }) => element),
        )
      : '',
    bodies.length > 0 ? make('h3', {}, 'Body') : '',
    bodies.length > 1 ? renderChoice(operationId, bodies) : '',
    bodies.map(({ element }) => element),
    make('div', { class: 'actions' }, send),
  );
  body.append(
    make(
      'p',
      { class: 'soft' },
      make('a', { href: `#${operationId}` }, `#${operationId}`),
      description ? ` ${description}` : '',
    ),
    operation.path.startsWith('/auth/log') && operation.method === 'get'
      ? make('p', {}, make('a', { href: path }, 'Open it in the browser'))
      : form,
    output,
    make('h3', {}, 'Answers'),
    make(
      'dl',
      {},
      Object.entries(responses).flatMap(([status, response]) => renderResponse(status, resolve(response))),
    ),
  );
}

function renderField(operationId, { name, in: place, description, required, schema = {}, example }) {
  const id = `${operationId}-${name}`;
  const kept = sessionStorage.getItem(`parameter:${name}`);
  const value = kept ?? (required ? (example ?? schema.example ?? schema.examples?.[0] ?? '') : '');
  const input = make('input', {
    id,
    name,
    value,
    required: place === 'path',
    'aria-describedby': `${id}-about`,
    autocomplete: 'off',
  });
  const element = make(
    'div',
    { class: 'field' },
    make('label', { for: id }, name),
    make(
      'p',
      { class: 'soft', id: `${id}-about` },
      `${place}${schema.enum ? `: ${schema.enum.join(', ')}` : ''}. `,
      prose(description),
    ),
    input,
  );
  return { element, name, place, required, isList: schema.type === 'array', value: () => input.value };
}

function renderRequestBody(operationId, type, { schema, example }) {
  const id = `${operationId}-${type.replace(/\W/g, '-')}`;
  const schemaView = make('details', { class: 'schema' }, make('summary', {}, 'Schema'), renderSchema(schema, 0));
  if (type === 'multipart/form-data') {
    const file = make('input', { id: `${id}-file`, type: 'file' });
    const metadata = make('input', {
      id: `${id}-metadata`,
      value: operationId.includes('Version') ? '{"format":"openapi","version":"3.0.0"}' : '{"format":"openapi"}',
    });
    const element = make(
      'div',
      { 'data-type': type },
      make('div', { class: 'field' }, make('label', { for: file.id }, 'file'), file),
      make('div', { class: 'field' }, make('label', { for: metadata.id }, 'metadata'), metadata),
      schemaView,
    );
    const read = () => {
      const data = new FormData();
      if (file.files[0]) data.append('file', file.files[0]);
      data.append('metadata', metadata.value);
      return { body: data, headers: {} };
    };
    return { type, element, read };
  }
  const text = make('textarea', { id, spellcheck: 'false' });
  text.value = example === undefined ? '' : JSON.stringify(example, null, 2);
  const element = make(
    'div',
    { 'data-type': type },
    make('div', { class: 'field' }, make('label', { for: id }, type), text),
    schemaView,
  );
  return { type, element, read: () => ({ body: text.value, headers: { 'Content-Type': type } }) };
}

function renderChoice(operationId, bodies) {
  const id = `${operationId}-media-type`;
  const choose = () => {
    for (const { type, element } of bodies) element.hidden = type !== select.value;
  };
  const select = make(
    'select',
    { id, onchange: choose },
    bodies.map(({ type }) => make('option', {}, type)),
  );
  choose();
  return make('div', { class: 'field' }, make('label', { for: id }, 'Media type'), select);
}

async function tryIt({ method, path }, fields, bodies, output, button) {
  const query = new URLSearchParams();
  const headers = {};
  let target = path;
  for (const { name, place, isList, value } of fields) {
    if (value() === '') continue;
    sessionStorage.setItem(`parameter:${name}`, value());
    if (place === 'path') target = target.replace(`{${name}}`, encodeURIComponent(value()));
    else if (place === 'header') headers[name] = value();
    else for (const one of isList ? value().split(',') : [value()]) query.append(name, one.trim());
  }
  if (query.size > 0) target += `?${query}`;
  const chosen = bodies.find(({ element }) => !element.hidden)?.read();
  const init = { method: method.toUpperCase(), headers: { ...headers, ...chosen?.headers }, body: chosen?.body };
  const abort = new AbortController();
  const stop = make('button', { type: 'button', class: 'quiet', onclick: () => abort.abort() }, 'Stop');
  const pre = make('pre', { tabindex: '0', 'aria-label': 'Answer' });
  button.disabled = true;
  output.replaceChildren(make('p', {}, 'Waiting for the answer… ', stop));
  const startedAt = performance.now();
  try {
    const response = await fetch(target, { ...init, signal: abort.signal });
    const head = make(
      'p',
      {},
      make('strong', {}, `${response.status} ${response.statusText}`),
      ` in ${Math.round(performance.now() - startedAt)} ms · request id ${response.headers.get('x-request-id') ?? ''} `,
    );
    output.replaceChildren(make('h3', {}, 'Answer'), head, stop, pre, renderSnippet(target, init));
    await readInto(pre, response);
    showRemedy(response, pre, head);
  } catch (error) {
    if (!abort.signal.aborted) output.replaceChildren(make('p', {}, `No answer: ${error.message}`));
  } finally {
    stop.remove();
    button.disabled = false;
  }
}

/** Shows the answer as it arrives, since some are streams of events. */
async function readInto(pre, response) {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    pre.textContent = text;
  }
  try {
    pre.textContent = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    pre.textContent = text === '' ? '(no content)' : text;
  }
}

/** What to do about a problem: its page, and the sign-in where that helps. */
function showRemedy(response, pre, head) {
  if (response.ok) return;
  const { type, code, loginUrl } = JSON.parse(pre.textContent);
  head.append(make('a', { href: type }, code));
  if (loginUrl) head.append(' · ', make('a', { href: `${loginUrl}?returnTo=%2Fdocs` }, 'Sign in'));
}

/** The same call as code for a page of this origin. */
function renderSnippet(target, { method, headers, body }) {
  const options = [];
  if (method !== 'GET') options.push(`  method: '${method}',`);
  if (Object.keys(headers).length > 0) options.push(`  headers: ${JSON.stringify(headers)},`);
  if (body instanceof FormData) options.push('  body: form, // a FormData with "file" and "metadata"');
  else if (body) options.push(`  body: ${JSON.stringify(body)},`);
  const code =
    options.length > 0 ? `await fetch('${target}', {\n${options.join('\n')}\n});` : `await fetch('${target}');`;
  return make(
    'details',
    { class: 'schema' },
    make('summary', {}, 'As JavaScript'),
    make('pre', { tabindex: '0', 'aria-label': 'Code' }, code),
  );
}

function renderResponse(status, { description, content = {} }) {
  const codes = status >= 400 ? codesOf(Object.values(content)[0]?.schema) : [];
  if (codes.length > 0)
    return [
      make('dt', {}, status),
      make(
        'dd',
        {},
        codes.flatMap((code, at) => [
          at > 0 ? ', ' : '',
          make('a', { href: `/docs/errors#${code}` }, make('code', {}, code)),
        ]),
      ),
    ];
  const views = Object.entries(content).map(([type, { schema }]) =>
    make('details', { class: 'schema' }, make('summary', {}, type), renderSchema(schema, 0)),
  );
  return [make('dt', {}, status), make('dd', {}, prose(description), views)];
}

function codesOf(schema) {
  if (schema === undefined) return [];
  return (schema.oneOf ?? [schema]).map((one) => resolve(one).allOf?.at(-1)?.properties?.code?.enum[0]).filter(Boolean);
}

function resolve(node) {
  let found = node;
  while (found?.$ref)
    found = found.$ref
      .slice(2)
      .split('/')
      .reduce((at, key) => at?.[key], api);
  return found ?? {};
}

/** A schema as nested lists, each opened by a click. */
function renderSchema(schema, depth) {
  const {
    type,
    enum: values,
    oneOf,
    anyOf,
    allOf,
    items,
    properties,
    required = [],
    description,
    additionalProperties,
  } = resolve(schema);
  const about = [schema?.description ?? description, values && `one of ${values.join(', ')}`]
    .filter(Boolean)
    .join(' · ');
  const list = make('ul');
  if (depth > MAX_DEPTH) return list;
  for (const one of [...(oneOf ?? []), ...(anyOf ?? []), ...(allOf ?? [])])
    list.append(make('li', {}, nested(nameOf(one), one, depth)));
  if (items) list.append(make('li', {}, nested(`each: ${nameOf(items)}`, items, depth)));
  for (const [name, property] of Object.entries(properties ?? {})) {
    const label = `${name}${required.includes(name) ? '' : '?'}: ${nameOf(property)}`;
    list.append(make('li', {}, isPlain(property) ? plain(label, property) : nested(label, property, depth)));
  }
  if (additionalProperties && list.childElementCount === 0) list.append(make('li', {}, 'any members'));
  return make(
    'div',
    {},
    about ? make('p', { class: 'soft' }, prose(about)) : '',
    list.childElementCount > 0 ? list : make('p', { class: 'soft' }, type ?? 'any value'),
  );
}

function nested(label, schema, depth) {
  const details = make(
    'details',
    {
      ontoggle: () => {
        if (details.open && details.childElementCount === 1) details.append(renderSchema(schema, depth + 1));
      },
    },
    make('summary', {}, label),
  );
  return details;
}

function plain(label, property) {
  const { description, enum: values } = { ...resolve(property), ...property };
  const about = [description, values && `one of ${values.join(', ')}`].filter(Boolean).join(' · ');
  return [make('code', {}, label), about ? make('p', { class: 'soft' }, prose(about)) : ''];
}

function isPlain(schema) {
  const { properties, items, oneOf, anyOf, allOf } = resolve(schema);
  return [properties, items, oneOf, anyOf, allOf].every((part) => part === undefined);
}

function nameOf(schema) {
  const name = schema?.$ref?.split('/').at(-1);
  const { type, oneOf, anyOf, items } = resolve(schema);
  return name ?? (items ? `list of ${nameOf(items)}` : (type ?? (oneOf || anyOf ? 'one of several' : 'any')));
}
