/** Injection token of the `Keyring`, which is made from the configuration. */
export const KEYRING = Symbol('KEYRING');

/** Injection token of the `SessionStore`, which has two implementations. */
export const SESSION_STORE = Symbol('SESSION_STORE');
