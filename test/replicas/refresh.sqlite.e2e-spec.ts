import { describeRefreshes } from './refresh.suite.js';

describeRefreshes('two processes by SQLite', 'SQLite');
