/** The client is written for browsers, whose types know this name; those of Node have the type without it. */
type BodyInit = NonNullable<RequestInit['body']>;
