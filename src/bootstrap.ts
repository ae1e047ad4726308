import { createGateway } from './app.setup.js';
import { type Config, loadConfig } from './config/config.js';
import { ConfigError } from './config/settings-reader.js';
import { createLogSink } from './observability/pino.logger.js';

/** Reads the configuration, or says all that is wrong with it and ends. */
function configure(): Config {
  try {
    return loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return process.exit(1);
  }
}

const config = configure();
const sink = createLogSink();
process.once('exit', () => sink.flush());
const app = await createGateway(config, sink);
// A parent that started us with the pinned Node and is gone cannot pass a signal on.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
await app.listen(config.port, config.host);
