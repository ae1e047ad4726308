/** An OpenAPI document with one operation for each path, as a file that can be dropped or chosen. */
export function openApiFile(
  title: string,
  paths: readonly string[],
): { name: string; mimeType: string; buffer: Buffer } {
  const operations = paths.map((path) => {
    const operationId = `get${path.replaceAll(/\W+/g, '_')}`;
    return [path, { get: { operationId, responses: { 200: { description: 'OK' } } } }];
  });
  const document = {
    openapi: '3.1.0',
    info: { title, version: '1.0.0' },
    servers: [{ url: 'https://pets.example.com' }],
    paths: Object.fromEntries(operations),
  };
  return { name: 'pets.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(document)) };
}
