import { describeIdempotency } from './idempotency.suite.js';

describeIdempotency('two processes by SQLite', 'SQLite');
