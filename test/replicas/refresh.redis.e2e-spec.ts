import { hasRedis, WITHOUT_REDIS } from '../support/redis.js';
import { describeRefreshes } from './refresh.suite.js';

describeRefreshes(`three replicas by Redis${WITHOUT_REDIS}`, 'Redis', hasRedis());
