/** Why the sandbox cannot start, with a sentence that says what to do. */
export class SandboxFault extends Error {
  override readonly name = 'SandboxFault';
}
