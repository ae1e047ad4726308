import { Body, Param, Query } from '@nestjs/common';
import type { Dto } from './metadata.js';

/** The DTO classes that a handler declares for what its request carries. */
export interface ParameterClasses {
  path?: Dto;
  query?: Dto;
  body?: Dto;
}

const declared = new WeakMap<object, ParameterClasses>();

/** The path's parameters, checked against the class that the handler declares for them. */
export const PathParams = (): ParameterDecorator => declaring('path', Param());

/** The decoded query, checked against the class that the handler declares for it. */
export const QueryParams = (): ParameterDecorator => declaring('query', Query());

/** The JSON body, read once the caller has been let in, and checked against the class that the handler declares for it. */
export const JsonBody = (): ParameterDecorator => declaring('body', Body());

/** What a handler declares, for the guard that checks it. */
export function classesOf(handler: object): ParameterClasses | undefined {
  return declared.get(handler);
}

/** Notes a parameter's class beside Nest's own decorator, which fills the parameter and tells the API document of it. */
function declaring(kind: keyof ParameterClasses, nests: ParameterDecorator): ParameterDecorator {
  return (controller, name, index) => {
    nests(controller, name, index);
    const classes = Reflect.getMetadata('design:paramtypes', controller, name as string) as Dto[];
    const handler = (controller as Record<PropertyKey, object>)[name as string] as object;
    declared.set(handler, { ...declared.get(handler), [kind]: classes[index] });
  };
}
