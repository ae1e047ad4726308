import { hasRedis, WITHOUT_REDIS } from '../support/redis.js';
import { describeRolling } from './rolling.suite.js';

describeRolling(`three replicas by Redis${WITHOUT_REDIS}`, 'Redis', hasRedis());
