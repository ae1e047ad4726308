import { describeRolling } from './rolling.suite.js';

describeRolling('two processes by SQLite', 'SQLite');
