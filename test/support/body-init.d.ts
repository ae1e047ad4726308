/** The client is written for browsers, whose types declare this name; Node's types have the type without the name. */
type BodyInit = NonNullable<RequestInit['body']>;
