import { checked, filledText, list, object, type Read, text, unique } from '../validation/shape.js';

const connectionVariable = object({ name: filledText, value: text });

/** A value that customises a connector in one connection. */
export type ConnectionVariable = Read<typeof connectionVariable>;

/** Variables with unique names. */
export const connectionVariables = checked(list(connectionVariable), (variables, at) =>
  unique(variables, at, ({ name }) => name, 'must have a name that no other variable has'),
);
