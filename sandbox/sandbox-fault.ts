/** Why the sandbox cannot start, in a sentence that says what to do about it. */
export class SandboxFault extends Error {
  override readonly name = 'SandboxFault';
}
