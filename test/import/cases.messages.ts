/** Files that are rejected, with their exact messages. */
export const REFUSED: Record<string, readonly string[]> = {
  'arazzo.yaml': [
    'error: This is an Arazzo document, which describes workflows; import the OpenAPI documents that it names as its sources. @ /arazzo (line 1, column 1)',
  ],
  'asyncapi.yaml': [
    'error: This is an AsyncAPI document; only OpenAPI can be imported. @ /asyncapi (line 1, column 1)',
  ],
  'duplicate-200.yaml': [
    'error: The key "200" is given twice in one object; parsers disagree which one counts. Keep one of them. @ line 4, column 76',
  ],
  'duplicate-yaml-key.yaml': [
    'error: The key "/a" is given twice in one object; parsers disagree which one counts. Keep one of them. @ line 6, column 3',
  ],
  'error-json.json': [
    'error: This looks like the error answer of a server, not like an OpenAPI document; check where it was downloaded from. @ line 1, column 1',
  ],
  'external-file-ref.yaml': [
    'error: Some references lead to other files, but only this one was uploaded. Bundle the files into one first, for example with "npx @redocly/cli bundle". @ ./paths/a.yaml (line 4, column 9)',
  ],
  'gzip.json': ['error: The file is compressed with gzip; unpack it and upload the document itself.'],
  'html-bom-comment.json': ['error: The file is a web page or XML, not an OpenAPI document.'],
  'html.json': ['error: The file is a web page or XML, not an OpenAPI document.'],
  'multi-docs.yaml': ['error: The file holds several YAML documents (separated by ---); send one of them.'],
  'openapi-4.yaml': ['error: OpenAPI "4.0.0" is not known here; 3.0, 3.1 and 3.2 are. @ /openapi (line 1, column 1)'],
  'pdf.yaml': ['error: The file is a PDF; upload the OpenAPI document that it was made of.'],
  'postman.json': [
    'error: This is a Postman collection; export it as OpenAPI 3, or convert it (for example with postman-to-openapi). @ /info (line 1, column 2)',
  ],
  'tabs.yaml': ['error: This is not valid YAML: lines are indented with spaces, not with tabs. @ line 3, column 1'],
  'template-braces.yaml': [
    'error: This is not valid YAML: {{ begins an object. Fill the template in, or write the value in quotes. @ line 2, column 16',
  ],
  'truncated.json': [
    'error: This is not valid JSON: expected the end of the string, but the file ends; it is probably not complete. @ line 4, column 72',
  ],
  'yaml-at-sign.yaml': [
    'error: This is not valid YAML: the indentation is wrong, or a value with ": ", "@" or "`" needs quotes. @ line 7, column 20',
  ],
  'yaml-colon.yaml': [
    'error: This is not valid YAML: the indentation is wrong, or a value with ": ", "@" or "`" needs quotes. @ line 3, column 14',
  ],
  'yaml-indent.yaml': [
    'error: This is not valid YAML: the indentation is wrong, or a value with ": ", "@" or "`" needs quotes. @ line 4, column 11',
  ],
  'yaml-ref-unquoted.yaml': [
    'error: A "$ref" must be a string, but is null. In YAML a "#" begins a comment: write the reference in quotes. @ /paths/~1a/get/responses/200/content/application~1json/schema/$ref (line 13, column 17)',
  ],
  'zip-stored.json': ['error: The file is a ZIP archive; unpack it and upload the document itself.'],
};

/** Files that are accepted, with their exact messages. */
export const READ: Record<string, readonly string[]> = {
  '31-response-with-2xx-and-webhook-ref.yaml': [],
  '31-types-null.yaml': [
    'info: Of the values of a parameter only the type is kept: formats, patterns, limits and lists of values are left out. @ a: e in query (line 7, column 5)',
  ],
  'anchors-merge.yaml': [],
  'array-without-items.yaml': [
    'warning: An array has no "items", which OpenAPI 3.0 asks for; its items may be anything. @ /paths/~1a/get/responses/200/content/application~1json/schema (line 7, column 77)',
  ],
  'binary-without-schema.yaml': [
    'info: Some bodies have no schema; their definitions allow anything. @ upload_request: application/octet-stream (line 8, column 7) @ upload_200: image/png (line 10, column 9) @ upload_200: application/json (line 10, column 9)',
  ],
  'body-in-swagger2-style.yaml': [
    'warning: Some parameters cannot be sent by a connector; they are left out. In OpenAPI 3 a body is described by "requestBody". @ a: body in body (line 5, column 5)',
    'warning: "consumes" is of Swagger 2.0; it is ignored. In OpenAPI 3 the media types of a request are keys of requestBody.content. @ /paths/~1a/post/consumes (line 7, column 7)',
    'warning: A parameter in "body" is of Swagger 2.0; it is left out. In OpenAPI 3 a body is described by "requestBody". @ /paths/~1a/post/parameters/0/in (line 8, column 22)',
    'warning: "schema" is of Swagger 2.0; it is ignored. In OpenAPI 3 the schema of a response is under its content and media type. @ /paths/~1a/post/responses/200/schema (line 9, column 46)',
    'warning: "definitions" is of Swagger 2.0; it is ignored. In OpenAPI 3 schemas are under components.schemas. @ /definitions (line 10, column 1)',
  ],
  'bom.json': [],
  'bool-words-yaml12.yaml': [
    'info: Of the values of a parameter only the type is kept: formats, patterns, limits and lists of values are left out. @ on: y in query (line 5, column 5)',
  ],
  'braces-in-ref.yaml': [],
  'callbacks.yaml': ['info: Callbacks are left out. @ subscribe (line 5, column 5)'],
  'cleaned-id-takes-anothers-name.yaml': [
    'info: Some operations got another name than their operationId: names are unique and consist of letters, digits, _, - and $. @ pets/list: pets_list_get_new (line 5, column 18)',
  ],
  'cookie-and-path-arrays.yaml': [
    'warning: Parameters of connectors are strings, numbers, integers or booleans; these are taken as strings, to be filled in the form that the API reads. @ a: ids in path (line 6, column 5)',
  ],
  'crlf-place.yaml': [
    'warning: The reference #/components/schemas/Nope leads nowhere; there anything is allowed. @ /paths/~1a/get/responses/200/content/application~1json/schema/$ref (line 15, column 17)',
  ],
  'deep-allof-circular.yaml': [],
  'discriminator-mapping.yaml': [],
  'doc-end-and-directive.yaml': [
    'warning: The document names no server: the base URL is empty, and no action can be called until the connector gets one. Name it under "servers". @ line 3, column 1',
  ],
  'duplicate-parameters.yaml': [
    'warning: The parameter "q" in query is declared twice in one list; the last one counts. @ /paths/~1a/get/parameters/1 (line 7, column 70) @ /paths/~1a/get/parameters/0 (line 7, column 20)',
  ],
  'encoded-slash.yaml': [],
  'examples-ref-external.yaml': ['info: Links between operations are left out. @ a: 200 (line 8, column 9)'],
  'explicit-str-tags.yaml': [],
  'fastapi-optional.yaml': [
    'warning: Parameters of connectors are strings, numbers, integers or booleans; these are taken as strings, to be filled in the form that the API reads. @ read_items_items_get: tags in query (line 6, column 5)',
  ],
  'header-and-many.yaml': [
    'warning: "version" is missing; it is taken without. @ /info (line 2, column 1)',
    'warning: Some parameters cannot be sent by a connector; they are left out. In OpenAPI 3 a body is described by "requestBody". @ get_a: q in body (line 5, column 5)',
    'warning: "operationID" is not known here; it is ignored. Did you mean "operationId"? @ /paths/~1a/get/operationID (line 6, column 7)',
    'warning: A parameter in "body" is of Swagger 2.0; it is left out. In OpenAPI 3 a body is described by "requestBody". @ /paths/~1a/get/parameters/0/in (line 7, column 31)',
    'warning: "description" of a response is missing; nothing is lost by that, but other readers may refuse the file. @ /paths/~1a/get/responses/200 (line 8, column 20)',
    'warning: "descripton" is not known here; it is ignored. Did you mean "description"? @ /paths/~1a/get/responses/200/descripton (line 8, column 27)',
    'warning: "fetch" is no method of OpenAPI; its operation is left out. @ /paths/~1a/fetch (line 9, column 5)',
  ],
  'json-hash.json': [
    'warning: This is not valid JSON: expected a key in double quotes. It was read as YAML instead. @ line 2, column 3',
  ],
  'jsonc-openapi-first.json': [
    'warning: JSON has no comments; these were skipped. Remove them: other readers, the platform among them, may refuse the file. @ line 2, column 3',
  ],
  'jsonc-swallows-path.json': [
    'warning: JSON has no comments; these were skipped. Remove them: other readers, the platform among them, may refuse the file. @ line 6, column 5 @ line 21, column 11',
  ],
  'jsonc.json': [
    'warning: JSON has no comments; these were skipped. Remove them: other readers, the platform among them, may refuse the file. @ line 2, column 3',
    'warning: JSON has no comma before an end; these were skipped. Remove them: other readers, the platform among them, may refuse the file. @ line 4, column 41',
  ],
  'link-server-30.yaml': ['info: Links between operations are left out. @ a: 200 (line 8, column 9)'],
  'link-server-32.yaml': ['info: Links between operations are left out. @ a: 200 (line 8, column 9)'],
  'link-unknown-operation.yaml': [
    'warning: The link names the operation "nowhere", which the document does not have. Links are left out anyway. @ /paths/~1a/get/responses/200/links/next/operationId (line 5, column 84)',
    'info: Links between operations are left out. @ a: 200 (line 5, column 41)',
  ],
  'lowercase-range.yaml': [
    'warning: Ranges of statuses are written in capitals, such as "4XX"; it is read as one. @ /paths/~1a/get/responses/4xx (line 4, column 73) @ /paths/~1b/get/responses/4xx (line 5, column 73)',
    'info: A connector knows single statuses and one response for all others; that of a range of statuses is taken as the latter. @ a: 4xx (line 4, column 73) @ b: 4xx (line 5, column 73)',
  ],
  'many-same-faults.yaml': [
    'warning: Ranges of statuses are written in capitals, such as "4XX"; it is read as one. @ /paths/~1p1/get/responses/4xx (line 4, column 75) @ /paths/~1p2/get/responses/4xx (line 5, column 75) @ /paths/~1p3/get/responses/4xx (line 6, column 75) @ /paths/~1p4/get/responses/4xx (line 7, column 75) @ /paths/~1p5/get/responses/4xx (line 8, column 75) @ /paths/~1p6/get/responses/4xx (line 9, column 75) @ /paths/~1p7/get/responses/4xx (line 10, column 75) @ /paths/~1p8/get/responses/4xx (line 11, column 75) @ /paths/~1p9/get/responses/4xx (line 12, column 75) @ /paths/~1p10/get/responses/4xx (line 13, column 77) @ /paths/~1p11/get/responses/4xx (line 14, column 77) @ /paths/~1p12/get/responses/4xx (line 15, column 77) @ /paths/~1p13/get/responses/4xx (line 16, column 77) @ /paths/~1p14/get/responses/4xx (line 17, column 77) @ /paths/~1p15/get/responses/4xx (line 18, column 77) @ /paths/~1p16/get/responses/4xx (line 19, column 77) @ /paths/~1p17/get/responses/4xx (line 20, column 77) @ /paths/~1p18/get/responses/4xx (line 21, column 77) @ /paths/~1p19/get/responses/4xx (line 22, column 77) @ /paths/~1p20/get/responses/4xx (line 23, column 77) @ and 100 more',
    'warning: "description" of a response is missing; nothing is lost by that, but other readers may refuse the file. @ /paths/~1last/get/responses/200 (line 124, column 51)',
    'info: A connector knows single statuses and one response for all others; that of a range of statuses is taken as the latter. @ p1: 4xx (line 4, column 75) @ p2: 4xx (line 5, column 75) @ p3: 4xx (line 6, column 75) @ p4: 4xx (line 7, column 75) @ p5: 4xx (line 8, column 75) @ p6: 4xx (line 9, column 75) @ p7: 4xx (line 10, column 75) @ p8: 4xx (line 11, column 75) @ p9: 4xx (line 12, column 75) @ p10: 4xx (line 13, column 77) @ p11: 4xx (line 14, column 77) @ p12: 4xx (line 15, column 77) @ p13: 4xx (line 16, column 77) @ p14: 4xx (line 17, column 77) @ p15: 4xx (line 18, column 77) @ p16: 4xx (line 19, column 77) @ p17: 4xx (line 20, column 77) @ p18: 4xx (line 21, column 77) @ p19: 4xx (line 22, column 77) @ p20: 4xx (line 23, column 77) @ and 100 more',
  ],
  'method-uppercase.yaml': [
    'warning: "GET" is no method of OpenAPI; its operation is left out. Did you mean "get"? @ /paths/~1a/GET (line 4, column 9)',
  ],
  'missing-response-description.yaml': [
    'warning: "description" of a response is missing; nothing is lost by that, but other readers may refuse the file. @ /paths/~1a/get/responses/200 (line 5, column 41)',
  ],
  'multipart-encoding.yaml': [
    'warning: Some bodies have one media type twice, but for parameters such as charset; the first one is taken. @ a_request: application/json; v=2 (line 8, column 7)',
    'info: How the parts of a form are encoded is left out. @ a_request: multipart/form-data (line 8, column 7)',
  ],
  'null-description.yaml': [
    'warning: "info.description" is empty (null); it is taken as left out. @ /info/description (line 5, column 3)',
    'warning: "tags" is empty (null); it is taken as left out. @ /tags (line 6, column 1)',
    'warning: "parameters" is empty (null); it is taken as left out. @ /paths/~1a/get/parameters (line 11, column 7)',
    'warning: "description" is empty (null); it is taken as left out. @ /paths/~1a/get/description (line 12, column 7)',
  ],
  'nullable-types.yaml': [],
  'octal-description.yaml': [
    'warning: "description" must be a string, but is a number; it is read as "12". Write it in quotes. @ /paths/~1a/get/responses/200/description (line 9, column 11)',
  ],
  'only-components.yaml': [],
  'only-ranges.yaml': [
    'warning: Only single statuses and "default" can be taken over; other responses are left out. @ a: 4XX (line 4, column 141)',
    'info: A connector knows single statuses and one response for all others; that of a range of statuses is taken as the latter. @ a: 2XX (line 4, column 52)',
  ],
  'openapi-31.yaml': [
    'warning: The version of OpenAPI is a string of three numbers; it is read as "3.1.0". Write it so, in quotes: other readers, the platform among them, may refuse the file. @ /openapi (line 1, column 1)',
  ],
  'operation-security-scopes.yaml': [
    'info: Some operations have security requirements of their own: an action uses whatever its connection has. @ a (line 5, column 9)',
  ],
  'opid-collide-after-cleaning.yaml': [
    'info: Some operations got another name than their operationId: names are unique and consist of letters, digits, _, - and $. @ pets/list: pets_list_get_a (line 5, column 16) @ pets.list: pets_list_get_b (line 6, column 16) @ pets list: pets_list_get_c (line 7, column 16)',
  ],
  'opid-duplicates.yaml': [
    'warning: The operationId "list" is given to 2 operations; the names of their actions get method and path added. @ /paths/~1a/get/operationId (line 4, column 16) @ /paths/~1b/get/operationId (line 5, column 16)',
    'info: Some operations got another name than their operationId: names are unique and consist of letters, digits, _, - and $. @ list: list_get_a (line 4, column 16) @ list: list_get_b (line 5, column 16)',
  ],
  'path-param-surplus-common.yaml': [
    'warning: Some path parameters have no place in their path; they are left out. @ a: ghost (line 6, column 5)',
    'warning: Some paths have a parameter that is not declared; it is taken as a string. @ b: x (line 8, column 5)',
  ],
  'path-with-query-and-fragment.yaml': [
    'info: What follows a "#" in a path is never sent: it only tells paths of the document apart. @ /paths/~1items~1{id}#copy (line 5, column 3)',
  ],
  'pathitem-ref-parameters-30.yaml': [
    'info: Some operations got another name than their operationId: names are unique and consist of letters, digits, _, - and $. @ getCat: getCat_get_cats_id (line 5, column 12) @ getCat: getCat_get_dogs_id_part (line 6, column 3)',
  ],
  'pathitem-ref-siblings-30.yaml': [
    'info: Some operations got another name than their operationId: names are unique and consist of letters, digits, _, - and $. @ listCats: listCats_get_cats (line 5, column 12) @ listCats: listCats_get_pets (line 6, column 3)',
  ],
  'pathitem-ref-siblings.yaml': [],
  'percent-slash-pointer.yaml': [],
  'ref-chain-and-hash.yaml': [],
  'ref-siblings-30.yaml': [],
  'reference-object-with-more-members-3.0.3.yaml': [
    'info: Beside a "$ref", "required" is ignored. @ /paths/~1a/post/parameters/0 (line 8, column 20) @ /paths/~1a/post/requestBody (line 9, column 7)',
    'info: Beside a "$ref", "content" is ignored. @ /paths/~1a/post/responses/200 (line 10, column 20)',
  ],
  'reference-object-with-more-members-3.1.0.yaml': [
    'info: Beside a "$ref", "required" is ignored. @ /paths/~1a/post/parameters/0 (line 8, column 20) @ /paths/~1a/post/requestBody (line 9, column 7)',
    'info: Beside a "$ref", "content" is ignored. @ /paths/~1a/post/responses/200 (line 10, column 20)',
  ],
  'reference-object-with-more-members-3.2.0.yaml': [
    'info: Beside a "$ref", "required" is ignored. @ /paths/~1a/post/parameters/0 (line 8, column 20) @ /paths/~1a/post/requestBody (line 9, column 7)',
    'info: Beside a "$ref", "content" is ignored. @ /paths/~1a/post/responses/200 (line 10, column 20)',
  ],
  'regex-unicode.yaml': [
    'info: Of the values of a parameter only the type is kept: formats, patterns, limits and lists of values are left out. @ a: q in query (line 5, column 5) @ a: r in query (line 5, column 5) @ a: s in query (line 5, column 5) @ a: t in query (line 5, column 5)',
  ],
  'required-empty-30.yaml': [
    'warning: An empty "required" is not allowed before OpenAPI 3.1; nothing is required. Leave it out. @ /paths/~1a/post/requestBody/content/application~1json/schema/required (line 4, column 103)',
  ],
  'same-template-two-methods.yaml': [
    'warning: The paths /a/{id} and /a/{key} are the same but for the names of their parameters. @ /paths/~1a~1{id} (line 4, column 3) @ /paths/~1a~1{key} (line 5, column 3)',
  ],
  'schema-name-with-space-ref.yaml': [],
  'schema-ref-into-pieces.yaml': [
    'warning: Some schemas refer to the whole document, which is no schema; there they allow anything. @ #',
  ],
  'security-kinds.yaml': [
    'warning: Some security schemes are of a kind that connectors do not have; they are left out. @ oidc: openIdConnect (line 10, column 5) @ digest: http digest (line 11, column 5) @ token: http token (line 14, column 5) @ implicit: oauth2 implicit (line 15, column 5)',
    'info: Some operations have security requirements of their own: an action uses whatever its connection has. @ open (line 7, column 12)',
    'info: Bearer tokens are sent as an API key, whose value begins with "Bearer ". @ bearer (line 13, column 5) @ viaRef (line 17, column 5)',
    'info: Connectors refresh tokens where they get them; a "refreshUrl" is left out. @ both: authorizationCode (line 16, column 5)',
    'info: Some OAuth 2 flows are of a kind that connectors do not have; they are left out. @ both: implicit (line 16, column 5)',
  ],
  'security-requirement-uri-32.yaml': [
    'warning: Some security schemes are of a kind that connectors do not have; they are left out. @ dev: oauth2 deviceAuthorization (line 8, column 22)',
  ],
  'security-undeclared.yaml': [
    'warning: The security requirement "nowhere" names no security scheme of the document: the connector gets no such way to authenticate. Describe it under components/securitySchemes. @ /security/0/nowhere (line 3, column 14)',
    'warning: The security requirement "missing" names no security scheme of the document: the connector gets no such way to authenticate. Describe it under components/securitySchemes. @ /paths/~1a/get/security/0/missing (line 5, column 45)',
    'info: Some operations have security requirements of their own: an action uses whatever its connection has. @ a (line 5, column 9)',
  ],
  'server-variable-undefined.yaml': [
    'warning: The server URL has the variable {tenant}, for which there is no value: it stays in the base URL, and calls would fail. Declare it under "variables" with a default, or write its value. @ /servers/0/url (line 3, column 13)',
  ],
  'server-variables.yaml': [
    'warning: The base URL has the usual value of {tenant}, "your-company". Change the base URL of the connector where another one is needed. @ /servers/0/url (line 4, column 5)',
    'warning: The base URL has the usual value of {version}, "v2"; the document allows 2 values. Change the base URL of the connector where another one is needed. @ /servers/0/url (line 4, column 5)',
  ],
  'servers-of-operations.yaml': [
    'warning: A connector has one base URL, and these operations have a server of their own: as actions they would call https://api.example.com/2.0. Import them as a connector of their own where that is wrong. @ uploadFile: https://upload.example.com/api/2.0 (line 8, column 5) @ sendLogs: https://logs.example.com (line 14, column 5)',
  ],
  'swagger2.yaml': [
    'warning: This is Swagger 2.0. It is read as OpenAPI 3.0 after a conversion; the platform gets the file as it is and may refuse it. Then convert it before the import, for example in the Swagger Editor. @ /swagger (line 1, column 1)',
  ],
  'tagged-merge.yaml': [],
  'timestamp-tag.yaml': [
    'warning: JSON has no value for the tag !!timestamp; such values are read as strings. @ line 13, column 24',
  ],
  'trailing-comma.json': [
    'warning: JSON has no comma before an end; these were skipped. Remove them: other readers, the platform among them, may refuse the file. @ line 4, column 14',
  ],
  'type-file-31.yaml': [
    'warning: "file" is no type in OpenAPI 3; in the definition it describes nothing. Write "type: string" with "format: binary". @ /paths/~1a/post/responses/200/content/application~1json/schema/type (line 5, column 109)',
    'warning: "required" must be a list, but is a string; it is taken into the definition as written. @ /paths/~1a/post/responses/200/content/application~1json/schema/required (line 5, column 121)',
    'warning: "properties" must be an object, but is a list; it is taken into the definition as written. @ /paths/~1a/post/responses/200/content/application~1json/schema/properties (line 5, column 136)',
  ],
  'type-file.yaml': [
    'warning: "file" is no type in OpenAPI 3; in the definition it describes nothing. Write "type: string" with "format: binary". @ /paths/~1a/post/responses/200/content/application~1json/schema/type (line 5, column 109)',
  ],
  'types-of-other-versions.yaml': [
    'warning: Before OpenAPI 3.1 "type" is a single string; a list of types is taken as written. @ /paths/~1a/get/responses/200/content/application~1json/schema/type (line 5, column 108)',
    'warning: "file" is no type in OpenAPI 3; in the definition it describes nothing. Write "type: string" with "format: binary". @ /paths/~1a/post/responses/200/content/application~1json/schema/type (line 6, column 109)',
    'warning: "const" is no keyword of OpenAPI 3.0; it is kept in the definition. @ /paths/~1a/post/responses/200/content/application~1json/schema/const (line 6, column 121)',
    'warning: "exclusiveMinimum" must be true or false, but is a number; it is taken into the definition as written. @ /paths/~1a/post/responses/200/content/application~1json/schema/exclusiveMinimum (line 6, column 131)',
  ],
  'unicode-ids.yaml': [
    'info: Some operations got another name than their operationId: names are unique and consist of letters, digits, _, - and $. @ 获取订单: HuoQuDingDan (line 6, column 12) @ 创建订单: ChuangJianDingDan (line 7, column 13) @ größeLesen: grosseLesen (line 9, column 12) @ Список пользователей: Spisok_polzovateley (line 11, column 12)',
  ],
  'version-number.yaml': [
    'warning: "info.title" must be a string, but is a number; it is read as "2048". Write it in quotes. @ /info/title (line 2, column 9)',
    'warning: "info.version" must be a string, but is a number; it is read as "1". Write it in quotes. @ /info/version (line 2, column 22)',
  ],
  'webhooks-two-methods.yaml': [
    'info: A connector knows single statuses and one response for all others; that of a range of statuses is taken as the latter. @ onDeleted: 2XX (line 7, column 50)',
  ],
  'yaml-closing-bracket-at-parent-indent.yaml': [
    'info: A closing bracket is not indented more than its key, as YAML asks; it was read all the same. @ line 7, column 1',
  ],
};
