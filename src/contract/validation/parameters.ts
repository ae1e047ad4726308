import { Body, Param, Query } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { ApiBody } from '@nestjs/swagger';
import type { Dto } from './metadata.js';

/** The DTO classes that describe what a handler's request carries. */
export type ParameterClasses = Partial<Record<Kind, Dto>>;

type Kind = 'path' | 'query' | 'body';
type Declared = Partial<Record<Kind, { readonly dto: Dto; readonly index: number }>>;

/** Kept by class and method name, as Nest keeps its own, so that a decorator that wraps a method loses nothing. */
const DECLARED = 'contract:parameters';

const KINDS: Readonly<Record<string, Kind>> = {
  [RouteParamtypes.PARAM]: 'path',
  [RouteParamtypes.QUERY]: 'query',
  [RouteParamtypes.BODY]: 'body',
};
const FIXES: Readonly<Record<Kind, string>> = {
  path: 'use @PathParams() with a DTO class',
  query: 'use @QueryParams() with a DTO class',
  body: 'use @JsonBody(Dto), or give @Body() a pipe that checks it',
};

/** The path's parameters, checked against the class of the argument. */
export const PathParams = (): ParameterDecorator => declare('path', Param());

/** The decoded query, checked against the class of the argument. */
export const QueryParams = (): ParameterDecorator => declare('query', Query());

/** The JSON body, read after the caller was admitted and checked against `dto`. The argument is a `CheckedBody`. */
export function JsonBody(dto: Dto): ParameterDecorator {
  const declareBody = declare('body', Body(), dto);
  return (prototype, name, index) => {
    declareBody(prototype, name, index);
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name as string);
    if (descriptor !== undefined) ApiBody({ type: dto })(prototype, name as string, descriptor);
  };
}

/**
 * The classes that a controller's method declares.
 * @throws Error where Nest would fill an argument from path, query or body without a check
 */
export function classesOf(controller: object, method: string): ParameterClasses {
  const declared = (Reflect.getMetadata(DECLARED, controller, method) ?? {}) as Declared;
  for (const { kind, index, isPiped } of routeArguments(controller, method))
    if (!isPiped && declared[kind]?.index !== index)
      throw new Error(`Argument ${index} of ${nameOf(controller, method)} is not checked: ${FIXES[kind]}.`);
  return Object.fromEntries(Object.entries(declared).map(([kind, { dto }]) => [kind, dto]));
}

/** Notes an argument's class beside Nest's own decorator, which fills the argument. */
function declare(kind: Kind, fill: ParameterDecorator, dto?: Dto): ParameterDecorator {
  return (prototype, name, index) => {
    fill(prototype, name, index);
    const { constructor: controller } = prototype;
    const method = name as string;
    const types = Reflect.getMetadata('design:paramtypes', prototype, method) as (Dto | undefined)[];
    const argument = dto ?? types[index];
    // Interfaces, unions and classes imported as types leave no class at run time.
    if (argument === undefined || (argument as unknown) === Object)
      throw new Error(`Argument ${index} of ${nameOf(controller, method)} needs a DTO class as its type.`);
    const others = Reflect.getMetadata(DECLARED, controller, method) as Declared | undefined;
    Reflect.defineMetadata(DECLARED, { ...others, [kind]: { dto: argument, index } }, controller, method);
  };
}

/** What Nest fills from path, query and body, by its own metadata: keys are `<kind>:<index>`. */
function routeArguments(controller: object, method: string): { kind: Kind; index: number; isPiped: boolean }[] {
  const filled = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as Record<
    string,
    { readonly index: number; readonly pipes?: readonly unknown[] }
  >;
  return Object.entries(filled).flatMap(([key, { index, pipes = [] }]) => {
    // A custom decorator's key begins with a random id, which may begin with one of these digits.
    const kind = KINDS[key.slice(0, key.indexOf(':'))];
    return kind === undefined ? [] : { kind, index, isPiped: pipes.length > 0 };
  });
}

function nameOf(controller: object, method: string): string {
  return `${(controller as { name: string }).name}.${method}`;
}
