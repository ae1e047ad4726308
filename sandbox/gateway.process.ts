import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 100;
/** How long it must log nothing, and the time limit of that wait. */
const QUIET_MS = 300;
const QUIET_MAX_MS = 3_000;
/** Longer than the gateway takes to shut down. */
const STOP_MS = 20_000;

/** The gateway as it runs in production: a separate process, configured by its environment. */
export class GatewayProcess {
  /** Its exit code, once it has exited; after a signal, the code that a shell would report. */
  readonly exited: Promise<number>;
  private readonly child: ChildProcess;
  private running = true;
  private spokeAt = 0;

  /**
   * @param program the gateway's compiled main file
   * @param directory its working directory, with its `config/`
   */
  constructor(program: string, directory: string, environment: NodeJS.ProcessEnv) {
    this.child = spawn(process.execPath, [program], {
      cwd: directory,
      env: environment,
      // The gateway exits when the channel closes, so that it does not outlive a killed sandbox.
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    this.child.stdout?.on('data', (chunk: Buffer) => {
      this.spokeAt = performance.now();
      process.stdout.write(chunk);
    });
    this.exited = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('exit', (code, signal) => {
        this.running = false;
        resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
      });
    });
  }

  /** Waits until the gateway is ready; false if it exited first. */
  async ready(url: string): Promise<boolean> {
    while (this.running) {
      const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
      await answer?.body?.cancel();
      if (answer?.status === 200) return true;
      await delay(POLL_MS);
    }
    return false;
  }

  /** Waits until the gateway has logged nothing for a moment, so that the next output is not interrupted. */
  async quiet(): Promise<void> {
    const from = performance.now();
    for (
      let now = from;
      now - Math.max(from, this.spokeAt) < QUIET_MS && now - from < QUIET_MAX_MS;
      now = performance.now()
    )
      await delay(POLL_MS);
  }

  /** Shuts the gateway down, and waits for it. */
  async stop(): Promise<void> {
    const impatient = setTimeout(() => this.child.kill('SIGKILL'), STOP_MS);
    // Not SIGTERM, after which it would wait for load balancers.
    this.child.kill('SIGINT');
    await this.exited;
    clearTimeout(impatient);
  }
}
